import type { ComponentChildren } from "preact";
import { liveness } from "./api/live.ts";
import { operates, stranger } from "./api/session.ts";
import { chooseLang, lang } from "./i18n/lang.ts";
import { shell } from "./i18n/shell.ts";
import { paths, type Route } from "./route.ts";
import { Who } from "./sign-in/who.tsx";
import { Icon, type IconName } from "./ui/icon.tsx";
import { theme, toggleTheme } from "./ui/theme.ts";

const places = [
  { view: "fleet", href: paths.fleet(), icon: "fleet", word: "fleet", forAll: false },
  { view: "find", href: paths.find(), icon: "orders", word: "orders", forAll: true },
  { view: "settlements", href: paths.settlements(), icon: "settlements", word: "settlements", forAll: false },
  { view: "deadLetters", href: paths.deadLetters(), icon: "deadLetters", word: "deadLetters", forAll: false },
] as const satisfies readonly {
  view: Route["view"];
  href: string;
  icon: IconName;
  word: string;
  forAll: boolean;
}[];

/** What stands around every view: the way to each, the connection, language and theme. */
export const Shell = ({ route, children }: { route: Route; children: ComponentChildren }) => {
  const words = shell.value;
  const otherShort = lang.value === "ko" ? "EN" : "한";
  const here = route.view === "order" ? "find" : route.view;
  return (
    <div class="shell">
      <a class="skip" href="#main">
        {words.skip}
      </a>
      <header class="bar">
        <a class="brand" href={paths.fleet()}>
          <Mark />
          <span class="brand-name">
            Jumun <span lang="ko">주문</span>
          </span>
        </a>
        <nav class="places" aria-label={words.nav} hidden={stranger.value}>
          {places
            .filter(({ forAll }) => forAll || operates.value)
            .map(({ view, href, icon, word }) => (
              <a key={view} href={href} aria-current={here === view ? "page" : undefined}>
                <Icon name={icon} />
                <span>{words[word]}</span>
              </a>
            ))}
        </nav>
        <Who />
        <div class="tools">
          <Connection />
          <button
            type="button"
            class="icon-button lang"
            aria-label={`${otherShort} · ${words.otherLang}`}
            title={words.otherLang}
            onClick={() => chooseLang(lang.value === "ko" ? "en" : "ko")}
          >
            {otherShort}
          </button>
          <button
            type="button"
            class="icon-button"
            aria-label={theme() === "dark" ? words.light : words.dark}
            title={theme() === "dark" ? words.light : words.dark}
            onClick={toggleTheme}
          >
            <Icon name={theme() === "dark" ? "sun" : "moon"} />
          </button>
        </div>
      </header>
      <main id="main" class="main" tabIndex={-1}>
        {children}
      </main>
    </div>
  );
};

/** Says nothing in a view that has nothing live. */
const Connection = () => (
  <p class="connection" data-live={liveness.value} role="status">
    <span class="dot" aria-hidden="true" />
    <span class="connection-word">{shell.value[liveness.value]}</span>
  </p>
);

/** Three states and the ways between them. */
const Mark = () => (
  <svg class="mark" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true" focusable="false">
    <rect x="0.5" y="0.5" width="23" height="23" rx="6.5" class="mark-ground" />
    <path d="M7 7.5v5.2a3.3 3.3 0 0 0 3.3 3.3H15M10.5 7.5H15" class="mark-way" />
    <circle cx="7" cy="7.5" r="2.1" class="mark-dot" />
    <circle cx="17" cy="7.5" r="2.1" class="mark-dot" />
    <circle cx="17" cy="16" r="2.1" class="mark-dot" />
  </svg>
);

const CODE_BLOCK = /^```[\s\S]*?^```$/gm;
const IN_BACKTICKS = /`([^`\n]+)`/g;
const LINK = /\]\(([^)\s]+)\)/g;

/** What begins so is a path of this repository. Folders that are made, such as `.cache/`, are not in it. */
const ROOMS = /^(?:machines|actors|gateway|settlement|deploy|tests|\.ci)\//;
/** Neither a pattern nor a place to be filled in, and no command. */
const PLAIN = /^[\w./@-]+$/;
const ELSEWHERE = /^(?:[a-z][a-z0-9+.-]*:|#|\/)/i;

/** The paths of this repository that a Markdown text names: whatever it links to, and what it has in backticks. */
export const pathsIn = (markdown: string): string[] => {
  const text = markdown.replace(CODE_BLOCK, "");
  const linked = [...text.matchAll(LINK)].flatMap(([, to = ""]) => (ELSEWHERE.test(to) ? [] : [to]));
  const named = [...text.matchAll(IN_BACKTICKS)].flatMap(([, code = ""]) =>
    ROOMS.test(code) && PLAIN.test(code) ? [code] : [],
  );
  return [...new Set([...linked, ...named].map((path) => path.replace(/#.*$/, "")))];
};

import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { shell } from "../i18n/shell.ts";

/** A view's frame: its one h1, the page's title, and what stands beside the heading. */
export const Page = ({
  title,
  heading,
  aside,
  children,
}: {
  title: string;
  heading?: ComponentChildren;
  aside?: ComponentChildren;
  children: ComponentChildren;
}) => {
  const product = shell.value.product;
  useEffect(() => {
    document.title = `${title} · ${product}`;
  }, [title, product]);
  return (
    <div class="page">
      <header class="page-head">
        <h1 tabIndex={-1}>{heading ?? title}</h1>
        {aside !== undefined && <div class="page-aside">{aside}</div>}
      </header>
      {children}
    </div>
  );
};

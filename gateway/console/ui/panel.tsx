import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";

interface Parts {
  readonly title: string;
  /** Beside the title: a count, a link, buttons. */
  readonly aside?: ComponentChildren;
  readonly children: ComponentChildren;
  /** No padding around the content: tables and charts reach the edge. */
  readonly flush?: boolean;
  readonly class?: string;
}

/** A titled part of a view, and a landmark by that title. */
export const Panel = ({ title, aside, children, flush = false, class: more = "" }: Parts) => {
  const id = useId();
  return (
    <section class={`panel ${more}`} aria-labelledby={id}>
      <header class="panel-head">
        <h2 id={id}>{title}</h2>
        {aside !== undefined && <div class="panel-aside">{aside}</div>}
      </header>
      <div class={flush ? "panel-body flush" : "panel-body"}>{children}</div>
    </section>
  );
};

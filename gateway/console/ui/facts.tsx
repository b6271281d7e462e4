import type { ComponentChildren } from "preact";

/** A row of labelled figures, as over an order or a day. */
export const Facts = ({
  facts,
}: {
  facts: readonly {
    readonly label: string;
    readonly value: ComponentChildren;
    readonly note?: ComponentChildren;
  }[];
}) => (
  <dl class="facts">
    {facts.map(({ label, value, note }) => (
      <div key={label} class="fact">
        <dt>{label}</dt>
        <dd>{value}</dd>
        {note !== undefined && <dd class="fact-note">{note}</dd>}
      </div>
    ))}
  </dl>
);

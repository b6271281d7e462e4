import type { ComponentChildren } from "preact";

export interface Column<Row> {
  readonly key: string;
  readonly head: ComponentChildren;
  readonly cell: (row: Row, index: number) => ComponentChildren;
  /** Amounts and counts stand at the right. */
  readonly numeric?: boolean;
  /** Left out on a phone. */
  readonly roomy?: boolean;
}

const classOf = <Row,>({ numeric, roomy }: Column<Row>): string | undefined =>
  [numeric && "numeric", roomy && "roomy"].filter(Boolean).join(" ") || undefined;

interface Parts<Row> {
  /** Told to a screen reader; not seen. */
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row, index: number) => string | number;
}

/** A plain table that scrolls sideways by itself when it must. */
export const Table = <Row,>({ caption, columns, rows, keyOf }: Parts<Row>) => (
  // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
  <section class="table-scroll" tabIndex={0} aria-label={caption}>
    <table>
      <caption class="unseen">{caption}</caption>
      <thead>
        <tr>
          {columns.map((column) => (
            <th key={column.key} scope="col" class={classOf(column)}>
              {column.head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row, index) => (
          <tr key={keyOf(row, index)}>
            {columns.map((column) => (
              <td key={column.key} class={classOf(column)}>
                {column.cell(row, index)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  </section>
);

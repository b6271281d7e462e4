import { useState } from "preact/hooks";
import type { PastLine } from "../../../machines/order/past.ts";
import { Button } from "../ui/button.tsx";
import { formatCount, Money } from "../ui/money.tsx";
import { Panel } from "../ui/panel.tsx";
import { type Column, Table } from "../ui/table.tsx";
import { PiecesBar } from "./pieces-bar.tsx";
import { orderText } from "./text.ts";

/** More than these are shown on demand. */
const FEW = 12;

export const Lines = ({ lines }: { lines: readonly PastLine[] }) => {
  const words = orderText.value;
  const [all, setAll] = useState(false);
  const columns: readonly Column<PastLine>[] = [
    {
      key: "product",
      head: words.product,
      cell: ({ name, productId, unitPrice }) => (
        <span class="product">
          {name ?? productId}
          {name !== undefined && <code>{productId}</code>}
          <span class="narrow quiet">
            <Money krw={unitPrice} />
          </span>
        </span>
      ),
    },
    {
      key: "unitPrice",
      head: words.unitPrice,
      numeric: true,
      roomy: true,
      cell: (line) => <Money krw={line.unitPrice} />,
    },
    { key: "quantity", head: words.quantity, numeric: true, cell: (line) => formatCount(line.quantity) },
    { key: "where", head: words.where, cell: (line) => <PiecesBar line={line} /> },
    {
      key: "amount",
      head: words.amount,
      numeric: true,
      roomy: true,
      cell: (line) => <Money krw={line.unitPrice * line.quantity} strong />,
    },
  ];
  return (
    <Panel title={words.lines} aside={formatCount(lines.length)} flush>
      <Table
        caption={words.linesTable}
        columns={columns}
        rows={all ? lines : lines.slice(0, FEW)}
        keyOf={({ productId }) => productId}
      />
      {lines.length > FEW && (
        <p class="panel-foot">
          <Button small onClick={() => setAll(!all)}>
            {all ? words.showFewer : words.showAll(lines.length)}
          </Button>
        </p>
      )}
    </Panel>
  );
};

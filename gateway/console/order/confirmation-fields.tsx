import type { OrderView } from "../../schemas/order.ts";
import { PiecesFields } from "./pieces-fields.tsx";

export const ConfirmationFields = ({ order }: { order: OrderView }) => <PiecesFields order={order} />;

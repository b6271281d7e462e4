import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/shell.css";
import "./styles/ui.css";
import "./styles/states.css";
import "./styles/chart.css";
import "./styles/fleet.css";
import "./styles/order.css";
import "./styles/find.css";
import "./styles/settlements.css";
import "./styles/dead-letters.css";
import "./styles/sign-in.css";
import { render } from "preact";
import { App } from "./app.tsx";

const root = document.getElementById("app");
if (root) render(<App />, root);

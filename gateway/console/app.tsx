import { useEffect, useRef } from "preact/hooks";
import { LocationProvider, useLocation } from "preact-iso";
import { DeadLetters } from "./dead-letters/dead-letters.tsx";
import { Find } from "./find/find.tsx";
import { Fleet } from "./fleet/fleet.tsx";
import { Nowhere } from "./nowhere.tsx";
import { OneOrder } from "./order/one-order.tsx";
import { type Route, routeOf } from "./route.ts";
import { Settlements } from "./settlements/settlements.tsx";
import { Shell } from "./shell.tsx";

export const App = () => (
  <LocationProvider scope="/console">
    <Views />
  </LocationProvider>
);

const Views = () => {
  const { path } = useLocation();
  const route = routeOf(path);
  useFocusOnArrival(path);
  return <Shell route={route}>{viewOf(route)}</Shell>;
};

const viewOf = (route: Route) => {
  switch (route.view) {
    case "fleet":
      return <Fleet />;
    case "find":
      return <Find />;
    case "order":
      return <OneOrder key={route.orderId} orderId={route.orderId} />;
    case "settlements":
      return <Settlements />;
    case "deadLetters":
      return <DeadLetters />;
    case "nowhere":
      return <Nowhere />;
  }
};

/** Another view begins at its heading, for who sees it and for who hears it. Going back, the browser keeps the place. */
const useFocusOnArrival = (path: string): void => {
  const last = useRef(path);
  const byBack = useRef(false);
  useEffect(() => {
    const back = () => {
      byBack.current = true;
    };
    addEventListener("popstate", back);
    return () => removeEventListener("popstate", back);
  }, []);
  useEffect(() => {
    if (last.current === path) return;
    last.current = path;
    if (!byBack.current) scrollTo(0, 0);
    byBack.current = false;
    document.querySelector<HTMLElement>("h1")?.focus({ preventScroll: true });
  }, [path]);
};

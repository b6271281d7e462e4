import { useEffect, useRef } from "preact/hooks";
import { LocationProvider, useLocation } from "preact-iso";
import { operates, stranger } from "./api/session.ts";
import { DeadLetters } from "./dead-letters/dead-letters.tsx";
import { Find } from "./find/find.tsx";
import { Fleet } from "./fleet/fleet.tsx";
import { Nowhere } from "./nowhere.tsx";
import { OneOrder } from "./order/one-order.tsx";
import { type Route, routeOf } from "./route.ts";
import { Settlements } from "./settlements/settlements.tsx";
import { Shell } from "./shell.tsx";
import { SignIn } from "./sign-in/sign-in.tsx";

export const App = () => (
  <LocationProvider scope="/console">
    <Views />
  </LocationProvider>
);

const Views = () => {
  const { path, url } = useLocation();
  const route = routeOf(path);
  useFocusOnArrival(path, url);
  return <Shell route={route}>{stranger.value ? <SignIn /> : viewOf(route)}</Shell>;
};

const viewOf = (route: Route) => {
  switch (route.view) {
    case "fleet":
      return operates.value ? <Fleet /> : <Find />;
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
const useFocusOnArrival = (path: string, url: string): void => {
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
    const arrivedByBack = byBack.current;
    byBack.current = false; // whichever way the next place is come to
    if (last.current === path) return;
    last.current = path;
    if (!arrivedByBack) scrollTo(0, 0);
    document.querySelector<HTMLElement>("h1")?.focus({ preventScroll: true });
  }, [path, url]);
};

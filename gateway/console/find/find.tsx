import { useRef } from "preact/hooks";
import { useLocation } from "preact-iso";
import type { OrderView } from "../../schemas/order.ts";
import type { Trouble as ApiTrouble } from "../api/http.ts";
import { useResource } from "../api/resource.ts";
import { shell } from "../i18n/shell.ts";
import { paths } from "../route.ts";
import { TroubleAlert } from "../ui/alert.tsx";
import { Icon } from "../ui/icon.tsx";
import { Page } from "../ui/page.tsx";
import { FilterRow } from "./filter-row.tsx";
import { changed, type Filters, isFiltered, ordersPath, readFilters } from "./filters.ts";
import { useKeptPlace } from "./kept-place.ts";
import { Results } from "./results.tsx";
import { SearchBar } from "./search-bar.tsx";
import { findText } from "./text.ts";

interface OrderPage {
  readonly orders: readonly OrderView[];
  readonly nextCursor?: string;
}

/** Orders by whatever is known of them, newest first. */
export const Find = () => {
  const { query, url } = useLocation();
  const filters = readFilters(query);
  const page = useResource<OrderPage>(ordersPath(filters));
  const list = useRef<HTMLUListElement>(null);
  const field = useRef<HTMLInputElement>(null);
  useKeptPlace(url, page.data !== undefined, list);
  return (
    <Page title={shell.value.orders}>
      <div class="find">
        <SearchBar field={field} filters={filters} onDown={() => list.current?.querySelector("a")?.focus()} />
        <FilterRow filters={filters} />
        {page.trouble && <Trouble trouble={page.trouble} filters={filters} onRetry={page.reload} />}
        {!page.data && page.loading && <Waiting />}
        {page.data && !page.trouble && (
          <section class="panel found" aria-busy={page.loading}>
            {page.data.orders.length === 0 ? (
              <Nothing filters={filters} />
            ) : (
              <Results orders={page.data.orders} list={list} onUp={() => field.current?.focus()} />
            )}
            <Pages page={page.data} filters={filters} />
          </section>
        )}
      </div>
    </Page>
  );
};

/** A cursor that is none of ours, or a filter that the API does not take: with a way on. */
const Trouble = ({
  trouble,
  filters,
  onRetry,
}: {
  trouble: ApiTrouble;
  filters: Filters;
  onRetry: () => void;
}) => {
  const words = findText.value;
  const asked = trouble.kind === "problem" && trouble.problem.status < 500;
  return (
    <>
      <TroubleAlert trouble={trouble} {...(!asked && { onRetry })} />
      {asked && (
        <p class="ways">
          {filters.cursor !== undefined && <a href={changed(filters, {})}>{words.firstPage}</a>}
          {isFiltered(filters) && <a href={paths.find()}>{words.clear}</a>}
        </p>
      )}
    </>
  );
};

const Nothing = ({ filters }: { filters: Filters }) => {
  const words = findText.value;
  if (filters.cursor !== undefined) return <p class="empty">{words.noMore}</p>;
  if (!isFiltered(filters)) return <p class="empty">{words.noOrders}</p>;
  return (
    <p class="empty">
      {words.noneFound} <a href={paths.find()}>{words.clear}</a>
    </p>
  );
};

/** Each page has its own address; the browser's way back is the way to the page before. */
const Pages = ({ page, filters }: { page: OrderPage; filters: Filters }) => {
  const words = findText.value;
  const { nextCursor } = page;
  if (nextCursor === undefined && filters.cursor === undefined) return null;
  return (
    <nav class="pages" aria-label={words.pages}>
      {filters.cursor !== undefined && (
        <a class="button small" href={changed(filters, {})}>
          {words.firstPage}
        </a>
      )}
      {nextCursor !== undefined && (
        <a class="button small" href={changed(filters, { cursor: nextCursor })} rel="next">
          {words.older} <Icon name="right" />
        </a>
      )}
    </nav>
  );
};

const Waiting = () => (
  <p class="empty" role="status">
    {shell.value.loading}…
  </p>
);

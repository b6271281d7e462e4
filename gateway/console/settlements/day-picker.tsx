import { useLocation } from "preact-iso";
import { addDays, isDay, isTypedOut } from "../days.ts";
import { Icon } from "../ui/icon.tsx";
import { hrefOf, type Place } from "./place.ts";
import { settlementsText } from "./text.ts";

/** Another day: the one before, the one after, or any. */
export const DayPicker = ({ place, date, today }: { place: Place; date: string; today: string }) => {
  const words = settlementsText.value;
  const { route } = useLocation();
  const to = (day: string) => hrefOf({ span: place.span, date: day });
  return (
    <div class="day-picker">
      {isDay(date) && (
        <a class="icon-button" href={to(addDays(date, -1))} aria-label={words.before} title={words.before}>
          <Icon name="left" />
        </a>
      )}
      <input
        class="input"
        type="date"
        aria-label={words.day}
        value={date}
        max={today}
        onChange={({ currentTarget: { value } }) => {
          if (isDay(value) && isTypedOut(value)) route(to(value));
        }}
      />
      {isDay(date) && date < today ? (
        <a class="icon-button" href={to(addDays(date, 1))} aria-label={words.after} title={words.after}>
          <Icon name="right" />
        </a>
      ) : (
        <span class="icon-button blank" aria-hidden="true" />
      )}
    </div>
  );
};

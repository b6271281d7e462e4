import type { ComponentChildren } from "preact";

interface Parts {
  readonly children: ComponentChildren;
  readonly kind?: "primary" | "plain" | "danger";
  readonly small?: boolean;
  readonly type?: "button" | "submit";
  readonly busy?: boolean;
  readonly disabled?: boolean;
  readonly label?: string;
  readonly onClick?: () => void;
}

/** While it is busy it takes no click, and keeps the focus, which a disabled one would lose. */
export const Button = ({
  children,
  kind = "plain",
  small,
  type = "button",
  busy,
  disabled,
  label,
  onClick,
}: Parts) => (
  <button
    type={type}
    class={`button ${kind}${small ? " small" : ""}`}
    disabled={disabled}
    aria-disabled={busy ? "true" : undefined}
    aria-label={label}
    onClick={(click) => {
      if (busy) click.preventDefault();
      else onClick?.();
    }}
  >
    {children}
  </button>
);

/** The one visual language. Accent: what can be done. Green and red: the plan kept or not, nothing else. Amber: a person is
 * needed. All else is ink on paper. Sizes are multiples of 4 px; text has six sizes. */

import { createTheme, mergeThemeOverrides, type CSSVariablesResolver, type MantineColorsTuple } from "@mantine/core";

const accent: MantineColorsTuple = [
  "#eef0fb", "#dde1f6", "#bac2ec", "#95a1e1", "#7584d8", "#5d6fcf", "#4a5cc4", "#3f4fb5", "#35439c", "#2a367f",
]; // prettier-ignore
const gray: MantineColorsTuple = [
  "#f8f8f7", "#f1f1ef", "#e6e6e3", "#d9d9d5", "#c3c3be", "#9a9a95", "#6f6f6b", "#52524f", "#373735", "#1e1e1d",
]; // prettier-ignore
const dark: MantineColorsTuple = [
  "#e4e4e7", "#b4b4bb", "#96969e", "#6d6d76", "#3c3c43", "#2e2e34", "#222227", "#1a1a1e", "#131316", "#0c0c0e",
]; // prettier-ignore

const theme = createTheme({
  colors: { accent, gray, dark },
  primaryColor: "accent",
  primaryShade: { light: 7, dark: 5 },
  black: "#1e1e1d",
  fontFamily: '"Golos Text Variable", system-ui, sans-serif',
  fontFamilyMonospace: "ui-monospace, 'SF Mono', 'Cascadia Mono', Menlo, monospace",
  fontSizes: { xs: "12px", sm: "13px", md: "14px", lg: "16px", xl: "20px" },
  lineHeights: { xs: "1.35", sm: "1.4", md: "1.45", lg: "1.45", xl: "1.3" },
  spacing: { xs: "8px", sm: "12px", md: "16px", lg: "24px", xl: "32px" },
  radius: { xs: "4px", sm: "6px", md: "8px", lg: "12px", xl: "16px" },
  defaultRadius: "md",
  cursorType: "pointer",
  focusRing: "auto",
  headings: {
    fontWeight: "600",
    sizes: {
      h1: { fontSize: "22px", lineHeight: "1.25" },
      h2: { fontSize: "16px", lineHeight: "1.35" },
      h3: { fontSize: "14px", lineHeight: "1.4" },
    },
  },
  components: {
    Button: { defaultProps: { size: "sm" } },
    ActionIcon: { defaultProps: { variant: "subtle", color: "gray" } },
    TextInput: { defaultProps: { size: "sm" } },
    Select: { defaultProps: { size: "sm", checkIconPosition: "right" } },
    Tooltip: { defaultProps: { openDelay: 300, withArrow: true } },
    Modal: { defaultProps: { centered: true, overlayProps: { backgroundOpacity: 0.4 } } },
    Menu: { defaultProps: { shadow: "md", position: "bottom-end" } },
  },
});

/** close: what the button that closes a window is called. */
export function themeWith(close: string) {
  const closeButtonProps = { "aria-label": close };
  return mergeThemeOverrides(theme, {
    components: { Modal: { defaultProps: { closeButtonProps } }, Drawer: { defaultProps: { closeButtonProps } } },
  });
}

/** Colours by what they mean; styles use these and no others. */
export const variables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    "--mantine-color-body": "#fbfbfa",
    "--mantine-color-dimmed": "#62625e",
    "--mantine-color-error": "#c0392f",
    "--z-surface": "#ffffff",
    "--z-sunken": "#f3f3f1",
    "--z-hover": "#f5f5f3",
    "--z-line": "#e6e6e3",
    "--z-line-strong": "#cfcfca",
    "--z-text": "#1e1e1d",
    "--z-muted": "#62625e",
    "--z-accent": "#3f4fb5",
    "--z-accent-soft": "#eef0fb",
    "--z-good": "#1a7f4b",
    "--z-good-soft": "#e3f4ea",
    "--z-good-mark": "#2fa866",
    "--z-bad": "#c0392f",
    "--z-bad-soft": "#fcebe9",
    "--z-bad-mark": "#d9594f",
    "--z-warn": "#8a5a00",
    "--z-warn-soft": "#fdf3dc",
    "--z-warn-mark": "#d99a1c",
    "--z-shadow": "0 1px 2px rgb(20 20 18 / 5%), 0 4px 16px rgb(20 20 18 / 4%)",
  },
  dark: {
    "--mantine-color-body": "#131316",
    "--mantine-color-dimmed": "#9c9ca5",
    "--mantine-color-error": "#f28b82",
    "--z-surface": "#1a1a1e",
    "--z-sunken": "#101012",
    "--z-hover": "#212126",
    "--z-line": "#2b2b31",
    "--z-line-strong": "#43434b",
    "--z-text": "#e9e9ec",
    "--z-muted": "#9c9ca5",
    "--z-accent": "#98a5ee",
    "--z-accent-soft": "#23284a",
    "--z-good": "#5fce93",
    "--z-good-soft": "#14301f",
    "--z-good-mark": "#3fb377",
    "--z-bad": "#f28b82",
    "--z-bad-soft": "#3b1b19",
    "--z-bad-mark": "#d9594f",
    "--z-warn": "#e8bb5c",
    "--z-warn-soft": "#352709",
    "--z-warn-mark": "#d99a1c",
    "--z-shadow": "none",
  },
});

import { NumberInput, Select, Stack } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";

import { useFormats, useLanguage, useWords } from "../../shell/language";
import { useParam } from "../../shell/pickers";
import { months, type Scenario } from "./scenario";
import { words } from "./words";

const CALM_MS = 350;

export function Target({ scenario }: { readonly scenario: Scenario }) {
  const t = useWords(words);
  const offered = months(new Date());
  const [, setMonth] = useParam("month", offered[0]);
  const { language } = useLanguage();
  const title = (month: string) =>
    new Date(`${month}-01T12:00`).toLocaleDateString(language, { month: "long", year: "numeric" });
  return (
    <Stack gap="sm">
      <Select
        label={t.month}
        data={offered.map((month) => ({ value: month, label: title(month) }))}
        value={scenario.month === "" ? offered[0] : scenario.month}
        onChange={(month) => setMonth(month ?? "")}
        allowDeselect={false}
      />
      <Amount name="revenue" label={t.revenue} value={scenario.revenue} placeholder="3 000 000" step={100_000} />
      <Amount name="deal" label={t.deal} value={scenario.deal} placeholder="150 000" step={10_000} />
      <Amount name="won" label={t.won} value={scenario.won} placeholder="—" step={100_000} hint={t.wonHint} />
      <Amount name="per_deal" label={t.perDeal} value={scenario.perDeal} usual={4} step={1} min={1} max={1000} />
      <Percent name="show" label={t.show} value={scenario.show} usual={0.8} />
    </Stack>
  );
}

interface FieldProps {
  readonly name: string;
  readonly label: string;
  readonly value: number | null;
  readonly usual?: number;
}

interface AmountProps extends FieldProps {
  readonly placeholder?: string;
  readonly step: number;
  readonly min?: number;
  readonly max?: number;
  readonly hint?: string;
}

function Amount({ name, label, value, usual, placeholder, step, min = 0, max = 1e13, hint }: AmountProps) {
  const [, set] = useParam(name, usual === undefined ? "" : String(usual));
  const later = useDebouncedCallback((told: string) => set(told), CALM_MS);
  const f = useFormats();
  return (
    <NumberInput
      label={label}
      description={hint}
      defaultValue={value ?? ""}
      placeholder={placeholder}
      thousandSeparator={f.number(1000).charAt(1)}
      decimalSeparator=","
      allowedDecimalSeparators={[".", ","]}
      step={step}
      min={min}
      max={max}
      clampBehavior="blur"
      onChange={(told) => later(told === "" ? "" : String(told))}
    />
  );
}

function Percent({ name, label, value, usual = 1 }: FieldProps) {
  const [, set] = useParam(name, String(usual));
  const later = useDebouncedCallback((told: string) => set(told), CALM_MS);
  return (
    <NumberInput
      label={label}
      defaultValue={value === null ? "" : Math.round(1000 * value) / 10}
      suffix=" %"
      min={1}
      max={100}
      step={5}
      clampBehavior="blur"
      onChange={(told) => {
        const share = Number(told) / 100;
        if (share >= 0.01 && share <= 1) later(String(share));
      }}
    />
  );
}

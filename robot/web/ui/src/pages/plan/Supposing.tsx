import { Button, Group, Slider, Stack, Text } from "@mantine/core";
import { IconArrowBackUp } from "@tabler/icons-react";
import { useId, useState } from "react";

import { useFormats, useWords } from "../../shell/language";
import { useParam } from "../../shell/pickers";
import type { Made } from "./Plan";
import type { Scenario } from "./scenario";
import { words } from "./words";

/** Sliders over the campaign's own figures. */
export function Supposing({ scenario, made }: { readonly scenario: Scenario; readonly made: Made }) {
  const t = useWords(words);
  const f = useFormats();
  const share = (value: number) => f.share(value, value < 0.1 ? 1 : 0);
  const lines = Math.max(10, 2 * made.lines.have, made.lines.need + 5);
  return (
    <Stack gap="lg">
      <One
        name="answered"
        label={t.answered}
        told={scenario.answered}
        counted={made.rates.answered.value}
        least={0.01}
        most={1}
        step={0.01}
        show={share}
      />{" "}
      {/* prettier-ignore */}
      <One name="booked" label={t.booked} told={scenario.booked} counted={made.rates.booked.value}
        least={0.005} most={0.5} step={0.005} show={share} />{" "}
      {/* prettier-ignore */}
      <One name="lines" label={t.lines} told={scenario.lines} counted={made.lines.have}
        least={1} most={lines} step={1} show={(value) => f.number(value)} />{" "}
      {/* prettier-ignore */}
    </Stack>
  );
}

interface OneProps {
  readonly name: string;
  readonly label: string;
  readonly told: number | null;
  readonly counted: number;
  readonly least: number;
  readonly most: number;
  readonly step: number;
  readonly show: (value: number) => string;
}

function One({ name, label, told, counted, least, most, step, show }: OneProps) {
  const t = useWords(words);
  const [, set] = useParam(name);
  const [moving, setMoving] = useState<number | null>(null);
  const id = useId();
  const value = moving ?? told ?? counted;
  return (
    <div>
      <Group justify="space-between" gap="xs" mb={4}>
        <Text size="sm" id={id}>
          {label}
        </Text>
        <Group gap={4}>
          {told !== null && (
            <Button
              size="compact-xs"
              variant="subtle"
              leftSection={<IconArrowBackUp size={12} />}
              onClick={() => set("")}
            >
              {t.asIs}
            </Button>
          )}
          <Text size="sm" fw={600} c={told === null ? undefined : "accent"}>
            {show(value)}
          </Text>
        </Group>
      </Group>
      <Slider
        thumbProps={{ "aria-labelledby": id }}
        size="sm"
        value={Math.min(most, Math.max(least, value))}
        min={least}
        max={most}
        step={step}
        label={null}
        onChange={setMoving}
        onChangeEnd={(chosen) => {
          setMoving(null);
          set(String(Number(chosen.toFixed(4))));
        }}
      />
    </div>
  );
}

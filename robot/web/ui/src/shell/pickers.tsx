import { Group, Popover, SegmentedControl, Select, Stack, TextInput, Button } from "@mantine/core";
import { IconCalendar } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useSearchParams } from "react-router";

import { api, ask } from "./client";
import { useFormats, useWords } from "./language";
import { dayOf, isPreset, readPeriod, type Period, type Preset } from "./period";
import { words } from "./words-of-shell";

/** Of the address as it is now: what a page was drawn with may be older, where two parts change at once. */
function present(): URLSearchParams {
  return new URLSearchParams(window.location.search);
}

/** Part of the address, so that a link shows what its sender saw. "" is left out of it. */
export function useParam(name: string, usual = ""): [string, (value: string) => void] {
  const [search, setSearch] = useSearchParams();
  const set = (value: string) => {
    setSearch(
      () => {
        const after = present();
        if (value === usual) after.delete(name);
        else after.set(name, value);
        return after;
      },
      { replace: true },
    );
  };
  return [search.get(name) ?? usual, set];
}

/** The period of the address. */
export function usePeriod(usual: Preset = "7d"): Period {
  const [search] = useSearchParams();
  const text = search.toString();
  const today = dayOf(new Date(), 0); // another one after midnight
  return useMemo(() => readPeriod(new URLSearchParams(text), usual, new Date(`${today}T12:00`)), [text, usual, today]);
}

interface PeriodPickerProps {
  readonly usual?: Preset;
  readonly offers?: readonly Preset[];
}

export function PeriodPicker({ usual = "7d", offers = ["today", "7d", "30d", "all"] }: PeriodPickerProps) {
  const t = useWords(words);
  const f = useFormats();
  const [, setSearch] = useSearchParams();
  const period = usePeriod(usual);
  const titles: Record<Preset, string> = {
    today: t.today, yesterday: t.yesterday, "7d": t.week, "30d": t.month, "90d": t.quarter, all: t.allTime,
  }; // prettier-ignore
  const change = (values: Readonly<Record<string, string>>) => {
    setSearch(
      () => {
        const after = present();
        for (const name of ["period", "from", "till"]) after.delete(name);
        for (const [name, value] of Object.entries(values)) after.set(name, value);
        return after;
      },
      { replace: true },
    );
  };
  const own = period.preset === "own" && period.first !== null && period.last !== null;
  const first = period.first ?? dayOf(new Date(), -6);
  const last = period.last ?? dayOf(new Date(), 0);
  return (
    <Group gap={6}>
      <SegmentedControl
        aria-label={t.period}
        size="xs"
        value={own ? "" : period.preset}
        data={offers.map((preset) => ({ value: preset, label: titles[preset] }))}
        onChange={(value) => change(isPreset(value) && value !== usual ? { period: value } : {})}
      />
      <Popover withArrow shadow="md" trapFocus>
        <Popover.Target>
          <Button
            size="xs"
            variant={own ? "light" : "default"}
            leftSection={<IconCalendar size={14} />}
            aria-label={t.custom}
          >
            {own ? `${f.shortDay(first)} — ${f.shortDay(last)}` : t.custom}
          </Button>
        </Popover.Target>
        <Popover.Dropdown>
          <Stack gap="xs">
            <TextInput
              type="date"
              label={t.from}
              value={first}
              max={last}
              onChange={(event) => change({ period: "own", from: event.currentTarget.value, till: last })}
            />
            <TextInput
              type="date"
              label={t.till}
              value={last}
              min={first}
              onChange={(event) => change({ period: "own", from: first, till: event.currentTarget.value })}
            />
          </Stack>
        </Popover.Dropdown>
      </Popover>
    </Group>
  );
}

/** All campaigns, for pickers and titles. */
export function useCampaigns() {
  return useQuery({
    queryKey: ["campaigns"],
    queryFn: async ({ signal }) => (await ask(api.GET("/api/campaigns", { signal }))).items,
    staleTime: 60_000,
  });
}

/** The campaign of the address, by its short name; "" is all of them. */
export function useCampaign(): string {
  return useParam("campaign")[0];
}

/** every: "all campaigns" can be chosen too. */
export function CampaignPicker({ every = true }: { readonly every?: boolean }) {
  const t = useWords(words);
  const [campaign, choose] = useParam("campaign");
  const campaigns = useCampaigns().data ?? [];
  const offered = campaigns.map((one) => ({ value: one.slug, label: one.title }));
  return (
    <Select
      aria-label={t.campaign}
      size="xs"
      w={270}
      data={every ? [{ value: "", label: t.allCampaigns }, ...offered] : offered}
      value={campaign}
      onChange={(value) => choose(value ?? "")}
      allowDeselect={false}
    />
  );
}

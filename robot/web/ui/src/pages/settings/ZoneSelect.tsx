import { Select } from "@mantine/core";
import { useMemo } from "react";

import { useLanguage } from "../../shell/language";
import { zones } from "./zones";

interface ZoneSelectProps {
  readonly label: string;
  readonly value: string;
  readonly error: string | undefined;
  readonly set: (zone: string) => void;
}

export function ZoneSelect({ label, value, error, set }: ZoneSelectProps) {
  const { language } = useLanguage();
  const data = useMemo(() => zones(language, value), [language, value]);
  const choose = (zone: string | null) => {
    if (zone !== null) set(zone);
  };
  return (
    <Select
      label={label}
      data={data}
      value={value}
      error={error}
      searchable
      allowDeselect={false}
      onChange={choose}
      limit={60}
    />
  );
}

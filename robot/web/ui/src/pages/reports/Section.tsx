import { ActionIcon, Menu, Text } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import type { ReactNode } from "react";

import { Card } from "../../shell/Frame";
import { useWords } from "../../shell/language";
import { saveFile } from "./asked";
import classes from "./Reports.module.css";
import { words } from "./words";

interface SectionProps {
  readonly title: string;
  readonly about?: string;
  /** The report's name in addresses, and what it is asked for: for the files. */
  readonly report: string;
  readonly asked: object;
  readonly aside?: ReactNode;
  readonly children: ReactNode;
}

/** A report with its table as a file. */
export function Section({ title, about, report, asked, aside, children }: SectionProps) {
  return (
    <Card
      title={title}
      aside={
        <div className={classes.aside}>
          {aside}
          <Files title={title} report={report} asked={asked} />
        </div>
      }
    >
      {about !== undefined && (
        <Text size="sm" c="dimmed" mt={-8} mb="sm">
          {about}
        </Text>
      )}
      {children}
    </Card>
  );
}

function Files({ title, report, asked }: Pick<SectionProps, "title" | "report" | "asked">) {
  const t = useWords(words);
  const save = useMutation({ mutationFn: (format: "csv" | "xlsx") => saveFile(report, format, asked) });
  return (
    <Menu>
      <Menu.Target>
        <ActionIcon aria-label={`${t.download}: ${title}`} loading={save.isPending}>
          <IconDownload size={16} stroke={1.5} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => save.mutate("xlsx")}>{t.xlsx}</Menu.Item>
        <Menu.Item onClick={() => save.mutate("csv")}>{t.csv}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

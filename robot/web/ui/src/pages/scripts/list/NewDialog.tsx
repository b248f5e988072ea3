import { Button, FileInput, Group, Modal, Select, Stack, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useNavigate } from "react-router";

import { api, ask } from "../../../shell/client";
import { useWords } from "../../../shell/language";
import { queries } from "../../../shell/queries";
import { Failure } from "../../../shell/states";
import type { Script } from "../wire";
import { nameFrom } from "./names";
import { words } from "./words";

interface NewProps {
  readonly opened: boolean;
  readonly close: () => void;
  readonly scripts: readonly Script[];
}

/** A new script: after another, from a file, or the smallest there is. */
export function NewDialog(props: NewProps) {
  const t = useWords(words);
  return (
    <Modal opened={props.opened} onClose={props.close} title={t.add}>
      <Form {...props} />
    </Modal>
  );
}

function Form({ close, scripts }: NewProps) {
  const t = useWords(words);
  const navigate = useNavigate();
  const [title, setTitle] = useState("");
  const [named, setNamed] = useState<string | null>(null);
  const [template, setTemplate] = useState("");
  const [file, setFile] = useState<File | null>(null);
  const name = named ?? nameFrom(title);
  const made = useMutation({
    mutationFn: async () => {
      const yaml = file === null ? null : await file.text();
      return ask(api.POST("/api/scripts", { body: { name, title, template: file === null ? template : "", yaml } }));
    },
    onSuccess: async (script) => {
      await queries.invalidateQueries({ queryKey: ["scripts"] });
      await navigate(`/scripts/${encodeURIComponent(script.name)}`);
    },
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        made.mutate();
      }}
    >
      <Stack>
        <TextInput
          data-autofocus
          required
          label={t.title}
          placeholder={t.titleHint}
          maxLength={200}
          value={title}
          onChange={(event) => setTitle(event.currentTarget.value)}
        />
        <TextInput
          required
          label={t.id}
          description={t.idHint}
          maxLength={60}
          value={name}
          onChange={(event) => setNamed(event.currentTarget.value)}
        />
        <Select
          label={t.from}
          allowDeselect={false}
          disabled={file !== null}
          data={[
            { value: "", label: t.empty },
            ...scripts
              .filter((one) => one.live !== null)
              .map((one) => ({ value: one.name, label: one.title || one.name })),
          ]}
          value={template}
          onChange={(value) => setTemplate(value ?? "")}
        />
        <FileInput
          label={t.file}
          placeholder={t.chooseFile}
          accept=".yaml,.yml"
          clearable
          value={file}
          onChange={setFile}
        />
        {made.error !== null && <Failure error={made.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            {t.cancel}
          </Button>
          <Button type="submit" loading={made.isPending}>
            {t.create}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

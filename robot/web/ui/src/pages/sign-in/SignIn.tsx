import { Alert, Button, PasswordInput, Stack, Text, TextInput, Title } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState, type SyntheticEvent } from "react";

import { useLanguage, useWords } from "../../shell/language";
import type { Language } from "../../shell/words";
import { words as shellWords } from "../../shell/words-of-shell";
import { enter, redeem, takeLink } from "./enter";
import classes from "./SignIn.module.css";
import { words } from "./words";

/** By name and password; or by the one-time link whose secret stands in the address. */
export function SignIn() {
  const t = useWords(words);
  const shell = useWords(shellWords);
  const { language, choose } = useLanguage();
  const [chosen, setChosen] = useState<Language | null>(null);
  const change = (to: Language) => {
    choose(to);
    setChosen(to);
  };
  const [link, setLink] = useState(takeLink);
  return (
    <main className={classes.page}>
      <section className={classes.box}>
        <header className={classes.brand}>
          <img src="/favicon.svg" alt="" width={36} height={36} />
          <Title order={1}>{shell.product}</Title>
        </header>
        <Text c="dimmed">{t.promise}</Text>
        {link === null ? (
          <ByPassword chosen={chosen} />
        ) : (
          <ByLink link={link} chosen={chosen} failed={() => setLink(null)} />
        )}
        <button
          type="button"
          className={classes.language}
          lang={language === "ru" ? "en" : "ru"}
          onClick={() => change(language === "ru" ? "en" : "ru")}
        >
          {language === "ru" ? "English" : "Русский"}
        </button>
      </section>
    </main>
  );
}

function ByPassword({ chosen }: { readonly chosen: Language | null }) {
  const t = useWords(words);
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const entering = useMutation({
    mutationFn: (given: { name: string; password: string }) => enter(given, chosen),
    meta: { told: true },
  });
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    entering.mutate({ name, password });
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        {entering.error !== null && <Refused error={entering.error} />}
        <TextInput
          label={t.name}
          size="md"
          required
          autoFocus
          autoComplete="username"
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <PasswordInput
          label={t.password}
          size="md"
          required
          autoComplete="current-password"
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        <Button type="submit" size="md" loading={entering.isPending} mt="xs">
          {t.enter}
        </Button>
        <Text size="xs" c="dimmed">
          {t.forgot}
        </Text>
      </Stack>
    </form>
  );
}

interface ByLinkProps {
  readonly link: string;
  readonly chosen: Language | null;
  readonly failed: () => void;
}

/** A click is asked for: programs that look at links in mail must not spend it. */
function ByLink({ link, chosen, failed }: ByLinkProps) {
  const t = useWords(words);
  const entering = useMutation({ mutationFn: () => redeem(link, chosen), meta: { told: true } });
  return (
    <Stack gap="sm">
      <Title order={2}>{t.byLink}</Title>
      {entering.error === null ? <Text size="sm">{t.linkHint}</Text> : <Refused error={entering.error} />}
      {entering.error === null ? (
        <Button size="md" loading={entering.isPending} onClick={() => entering.mutate()}>
          {t.enter}
        </Button>
      ) : (
        <Button size="md" variant="default" onClick={failed}>
          {t.title}
        </Button>
      )}
    </Stack>
  );
}

function Refused({ error }: { readonly error: Error }) {
  return (
    <Alert color="red" variant="light" role="alert" p="sm">
      {error.message}
    </Alert>
  );
}

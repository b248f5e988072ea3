import { Button, Checkbox, Input, Modal, Stack, Text, TextInput } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useState, type SyntheticEvent } from "react";

import { Fault } from "../../shell/client";
import { Card } from "../../shell/Frame";
import { useFormats, useWords } from "../../shell/language";
import { useSession, type Right } from "../../shell/session";
import { Empty, Shown } from "../../shell/states";
import { useAddToken, useRevoke, useTokens, type Token } from "./queries";
import { Secret } from "./Secret";
import classes from "./Users.module.css";
import { words } from "./words";

/** Programs that use the API. */
export function Tokens() {
  const t = useWords(words);
  const tokens = useTokens();
  const [adding, setAdding] = useState(false);
  const add = (
    <Button size="xs" variant="default" leftSection={<IconPlus size={14} />} onClick={() => setAdding(true)}>
      {t.newToken}
    </Button>
  );
  return (
    <Card title={t.tokens} aside={add} flush>
      <Shown
        query={tokens}
        empty={(items) => items.length === 0}
        whenEmpty={<Empty title={t.noTokens} hint={t.tokensHint} />}
      >
        {(items) => items.map((token) => <Line key={token.id} token={token} />)}
      </Shown>
      <Modal
        closeButtonProps={{ "aria-label": t.closeWindow }}
        opened={adding}
        onClose={() => setAdding(false)}
        title={t.newToken}
        size="lg"
      >
        <AddToken done={() => setAdding(false)} />
      </Modal>
    </Card>
  );
}

function Line({ token }: { readonly token: Token }) {
  const t = useWords(words);
  const f = useFormats();
  const revoking = useRevoke();
  const gone = token.revoked_at !== null;
  return (
    <div className={classes.line} data-closed={gone || undefined}>
      <div className={classes.who}>
        <strong>{token.name}</strong>
        <small>{token.scopes.map((scope) => t.rights[scope]).join(", ")}</small>
      </div>
      <Text size="sm" c="dimmed">
        {gone ? t.revoked : token.used_at === null ? t.unused : t.used(f.ago(token.used_at))}
      </Text>
      {!gone && (
        <Button
          size="xs"
          variant="default"
          loading={revoking.isPending}
          aria-label={`${t.revoke}: ${token.name}`}
          onClick={() => revoking.mutate(token.id)}
        >
          {t.revoke}
        </Button>
      )}
    </div>
  );
}

function AddToken({ done }: { readonly done: () => void }) {
  const t = useWords(words);
  const { me } = useSession();
  const [name, setName] = useState("");
  const [scopes, setScopes] = useState<Right[]>([]);
  const adding = useAddToken();
  if (adding.data !== undefined) {
    return (
      <Secret
        title={`${t.tokenReady}: ${adding.data.token.name}`}
        hint={t.tokenReadyHint}
        secret={adding.data.secret}
        done={done}
      />
    );
  }
  const faults = adding.error instanceof Fault ? adding.error.fields : {};
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    adding.mutate({ name, scopes });
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <Text size="sm" c="dimmed">
          {t.tokensHint}
        </Text>
        <TextInput
          label={t.tokenName}
          description={t.tokenNameHint}
          required
          data-autofocus
          pattern="[A-Za-z0-9._\-]{1,40}"
          value={name}
          error={faults.name ?? (Object.keys(faults).length === 0 ? adding.error?.message : undefined)}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Input.Wrapper label={t.rightsLabel} error={faults.scopes} labelElement="div">
          <Checkbox.Group value={scopes} onChange={setScopes}>
            <div className={classes.rights}>
              {me.rights.map((right) => (
                <Checkbox key={right} value={right} label={t.rights[right]} />
              ))}
            </div>
          </Checkbox.Group>
        </Input.Wrapper>
        <Button type="submit" loading={adding.isPending} disabled={scopes.length === 0}>
          {t.add}
        </Button>
      </Stack>
    </form>
  );
}

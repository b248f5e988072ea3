import { ActionIcon, Badge, Button, Menu, Modal, Select, Text } from "@mantine/core";
import { IconDots, IconLink, IconLock, IconLockOpen, IconPlus } from "@tabler/icons-react";
import { useState } from "react";

import { Card, Frame } from "../../shell/Frame";
import { useFormats, useWords } from "../../shell/language";
import { useSession } from "../../shell/session";
import { Shown } from "../../shell/states";
import { words as shellWords } from "../../shell/words-of-shell";
import { AddUser } from "./AddUser";
import { useChangeUser, useMakeLink, useUsers, type Invited, type Role, type User } from "./queries";
import { Secret } from "./Secret";
import { Tokens } from "./Tokens";
import classes from "./Users.module.css";
import { words } from "./words";

/** Who may use the application, and which programs may. */
export default function Users() {
  const t = useWords(words);
  const users = useUsers();
  const [adding, setAdding] = useState(false);
  const [invited, setInvited] = useState<Invited | null>(null);
  const add = (
    <Button size="xs" leftSection={<IconPlus size={14} />} onClick={() => setAdding(true)}>
      {t.add}
    </Button>
  );
  const came = (made: Invited) => {
    setAdding(false);
    setInvited(made);
  };
  return (
    <Frame title={t.title}>
      <Card title={t.people} aside={add} flush>
        <Shown query={users}>
          {(items) => items.map((user) => <Line key={user.id} user={user} invited={setInvited} />)}
        </Shown>
      </Card>
      <Tokens />
      <Modal
        closeButtonProps={{ "aria-label": t.closeWindow }}
        opened={adding}
        onClose={() => setAdding(false)}
        title={t.newUser}
      >
        <AddUser done={came} />
      </Modal>
      <Modal
        closeButtonProps={{ "aria-label": t.closeWindow }}
        opened={invited !== null}
        onClose={() => setInvited(null)}
        title={t.linkReady}
      >
        {invited !== null && <LinkShown invited={invited} done={() => setInvited(null)} />}
      </Modal>
    </Frame>
  );
}

function LinkShown({ invited, done }: { readonly invited: Invited; readonly done: () => void }) {
  const t = useWords(words);
  const f = useFormats();
  return (
    <Secret title={invited.user.name} hint={t.linkHint(f.moment(invited.until))} secret={invited.link} done={done} />
  );
}

function Line({ user, invited }: { readonly user: User; readonly invited: (made: Invited) => void }) {
  const t = useWords(words);
  const shell = useWords(shellWords);
  const { me } = useSession();
  const change = useChangeUser(user.id);
  const own = user.id === me.id;
  const closed = user.disabled_at !== null;
  const roles = (Object.keys(shell.role) as Role[]).map((role) => ({ value: role, label: shell.role[role] }));
  const setRole = (role: Role | null) => {
    if (role !== null && role !== user.role) change.mutate({ role, disabled: null });
  };
  return (
    <div className={classes.line} data-closed={closed || undefined}>
      <div className={classes.who}>
        <strong>
          {user.name} {own && <Badge size="xs" variant="light">{t.you}</Badge>}
        </strong>
        <small>
          <When user={user} />
        </small>
      </div>
      <Select
        aria-label={`${t.role}: ${user.name}`}
        className={classes.role}
        size="xs"
        data={roles}
        value={change.isPending ? (change.variables.role ?? user.role) : user.role}
        allowDeselect={false}
        disabled={closed}
        onChange={setRole}
      />
      {own ? <span className={classes.noActions} /> : <Actions user={user} closed={closed} close={() => change.mutate({ role: null, disabled: !closed })} invited={invited} />}
    </div>
  ); // prettier-ignore
}

function When({ user }: { readonly user: User }) {
  const t = useWords(words);
  const f = useFormats();
  if (user.disabled_at !== null) return t.closed;
  if (user.signed_in_at !== null) return t.seen(f.ago(user.signed_in_at));
  return user.waits_for_link ? t.waits : t.never;
}

interface ActionsProps {
  readonly user: User;
  readonly closed: boolean;
  readonly close: () => void;
  readonly invited: (made: Invited) => void;
}

function Actions({ user, closed, close, invited }: ActionsProps) {
  const t = useWords(words);
  const [asking, setAsking] = useState(false);
  const making = useMakeLink();
  const make = () =>
    making.mutate(user.id, {
      onSuccess: (made) => {
        setAsking(false);
        invited(made);
      },
    });
  return (
    <>
      <Menu>
        <Menu.Target>
          <ActionIcon aria-label={t.more(user.name)}>
            <IconDots size={18} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {!closed && (
            <Menu.Item leftSection={<IconLink size={16} />} onClick={() => setAsking(true)}>
              {t.link}
            </Menu.Item>
          )}
          <Menu.Item leftSection={closed ? <IconLockOpen size={16} /> : <IconLock size={16} />} onClick={close}>
            {closed ? t.open : t.close}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Modal
        closeButtonProps={{ "aria-label": t.closeWindow }}
        opened={asking}
        onClose={() => setAsking(false)}
        title={t.link}
      >
        <Text size="sm" mb="md">
          {t.linkAsk(user.name)}
        </Text>
        <Button onClick={make} loading={making.isPending}>
          {t.makeLink}
        </Button>
      </Modal>
    </>
  );
}

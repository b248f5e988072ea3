import { ActionIcon, Alert, Button, Checkbox, Group, Text, Textarea } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { useState } from "react";

import { Card } from "../../shell/Frame";
import { useFormats, useWords } from "../../shell/language";
import { useMay } from "../../shell/session";
import classes from "./Calls.module.css";
import type { Player } from "./player";
import { useComment, useRemoveComment, type Whole } from "./queries";
import { words } from "./words";

interface CommentsProps {
  readonly whole: Whole;
  readonly player: Player | null;
}

export function Comments({ whole, player }: CommentsProps) {
  const t = useWords(words);
  const f = useFormats();
  const may = useMay("correct_calls");
  const remove = useRemoveComment(whole.call.id);
  if (!may && whole.comments.length === 0) return null;
  return (
    <Card title={t.remarks}>
      {whole.comments.map(({ id, text, by, at, at_ms: ms, mine }) => (
        <article key={id} className={classes.comment}>
          <p>{text}</p>
          <Text size="xs" c="dimmed">
            {by}, {f.moment(at)}
            {ms !== null && player !== null && (
              <>
                {" · "}
                <button type="button" className={classes.moment} onClick={() => player.sound.playFrom(ms)}>
                  {t.atMoment(f.clock(ms / 1000))}
                </button>
              </>
            )}
          </Text>
          {mine && may && (
            <ActionIcon
              size="sm"
              className={classes.remove}
              aria-label={t.remove}
              loading={remove.isPending && remove.variables === id}
              onClick={() => remove.mutate(id)}
            >
              <IconX size={14} />
            </ActionIcon>
          )}
        </article>
      ))}
      {may && <Write whole={whole} player={player} />}
    </Card>
  );
}

function Write({ whole, player }: CommentsProps) {
  const t = useWords(words);
  const f = useFormats();
  const [text, setText] = useState("");
  const [pinned, pin] = useState(true);
  const comment = useComment(whole.call.id);
  const ms = player?.ms ?? 0;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        const body = { text, at_ms: pinned && ms > 0 ? ms : null };
        comment.mutate(body, { onSuccess: () => setText("") });
      }}
    >
      <Textarea
        aria-label={t.remark}
        placeholder={t.remarkHint}
        value={text}
        maxLength={2000}
        autosize
        minRows={2}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      {comment.error !== null && (
        <Alert color="red" variant="light" role="alert" mt="xs">
          {comment.error.message}
        </Alert>
      )}
      {text.trim() !== "" && (
        <Group gap="sm" mt="xs">
          <Button type="submit" size="xs" loading={comment.isPending}>
            {t.add}
          </Button>
          {ms > 0 && (
            <Checkbox
              size="xs"
              label={t.atMoment(f.clock(ms / 1000))}
              checked={pinned}
              onChange={(event) => pin(event.currentTarget.checked)}
            />
          )}
        </Group>
      )}
    </form>
  );
}

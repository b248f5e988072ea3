import { ActionIcon, Alert, SegmentedControl, Skeleton, Text } from "@mantine/core";
import { IconPlayerPause, IconPlayerPlay } from "@tabler/icons-react";
import { useState } from "react";

import { Card } from "../../shell/Frame";
import { useFormats, useWords } from "../../shell/language";
import classes from "./Calls.module.css";
import type { Player } from "./player";
import { usePeaks, type Recording, type Whole } from "./queries";
import { Wave } from "./Wave";
import { words } from "./words";

const SPEEDS = ["1", "1.5", "2"];

interface PlayerCardProps {
  readonly whole: Whole;
  readonly recording: Recording;
  readonly player: Player;
  readonly renew: () => unknown;
}

export function PlayerCard({ whole, recording, player, renew }: PlayerCardProps) {
  const t = useWords(words);
  const f = useFormats();
  const peaks = usePeaks(whole.call.id, recording);
  const [speed, setSpeed] = useState("1");
  const length = peaks.data?.length_ms ?? whole.call.length_ms ?? 0;
  return (
    <Card>
      <div className={classes.player}>
        <ActionIcon
          size={44}
          radius="xl"
          variant="filled"
          color="accent"
          aria-label={player.playing ? t.pause : t.play}
          onClick={() => player.sound.toggle()}
        >
          {player.playing ? <IconPlayerPause size={20} /> : <IconPlayerPlay size={20} />}
        </ActionIcon>
        <div className={classes.waves}>
          <div className={classes.sides} aria-hidden>
            <span>{t.client}</span>
            <span>{t.robot}</span>
          </div>
          {peaks.data === undefined ? (
            <Skeleton height={88} />
          ) : (
            <Wave peaks={peaks.data} player={player} markMs={whole.call.lost?.at_ms ?? null} />
          )}
        </div>
        <div className={classes.clock}>
          <Text component="span" fw={500} data-testid="position">
            {f.clock(player.ms / 1000)}
          </Text>
          <Text component="span" c="dimmed">
            {" / "}
            {f.clock(length / 1000)}
          </Text>
          <SegmentedControl
            size="xs"
            aria-label={t.speed}
            value={speed}
            data={SPEEDS.map((one) => ({ value: one, label: `${one.replace(".", ",")}×` }))}
            onChange={(chosen) => {
              setSpeed(chosen);
              player.sound.setSpeed(Number(chosen));
            }}
          />
        </div>
      </div>
      {player.failed && (
        <Alert color="red" variant="light" mt="sm" role="alert" withCloseButton onClose={() => void renew()}>
          {t.noSound}
        </Alert>
      )}
    </Card>
  );
}

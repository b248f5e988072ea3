import { AppShell, Burger, Group } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconPlugConnectedX } from "@tabler/icons-react";
import { NavLink, Outlet } from "react-router";

import { useSay, useWords } from "./language";
import classes from "./Layout.module.css";
import { useConnected, useLiveConnection } from "./live";
import type { Page } from "./page";
import { useSession } from "./session";
import { UserMenu } from "./UserMenu";
import { words } from "./words-of-shell";

const SIDE = 216;

/** Menu and page. What the user may not open is not in the menu. */
export function Layout({ pages }: { readonly pages: readonly Page[] }) {
  const t = useWords(words);
  const say = useSay();
  const { may } = useSession();
  const [opened, { toggle, close }] = useDisclosure(false);
  useLiveConnection();
  const connected = useConnected();
  return (
    <AppShell
      navbar={{ width: SIDE, breakpoint: "sm", collapsed: { mobile: !opened } }}
      header={{ height: { base: 52, sm: 0 } }}
      layout="alt"
      withBorder={false}
    >
      <AppShell.Header hiddenFrom="sm" className={classes.top}>
        <Group h="100%" px="md" gap="sm">
          <Burger opened={opened} onClick={toggle} size="sm" aria-label={t.menu} />
          <Brand name={t.product} />
        </Group>
      </AppShell.Header>
      <AppShell.Navbar className={classes.side} aria-label={t.menu}>
        <a href="#content" className={classes.skip}>
          {t.toContent}
        </a>
        <Group justify="space-between" className={classes.brandRow}>
          <Brand name={t.product} />
          <Burger opened={opened} onClick={toggle} size="sm" hiddenFrom="sm" aria-label={t.menu} />
        </Group>
        <div className={classes.menu}>
          {pages
            .filter((page) => may(page.right))
            .map(({ path, title, icon: Sign }) => (
              <NavLink key={path} to={path} className={classes.entry ?? ""} onClick={close}>
                <Sign size={18} stroke={1.7} aria-hidden />
                {say(title)}
              </NavLink>
            ))}
        </div>
        <UserMenu />
      </AppShell.Navbar>
      <AppShell.Main id="content" tabIndex={-1} className={classes.main}>
        {!connected && (
          <div className={classes.offline} role="status">
            <IconPlugConnectedX size={16} aria-hidden /> {t.offline}
          </div>
        )}
        <Outlet />
      </AppShell.Main>
    </AppShell>
  );
}

function Brand({ name }: { readonly name: string }) {
  return (
    <span className={classes.brand}>
      <img src="/favicon.svg" alt="" width={22} height={22} />
      {name}
    </span>
  );
}

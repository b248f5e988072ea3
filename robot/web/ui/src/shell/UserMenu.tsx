import { Menu, SegmentedControl, UnstyledButton, useMantineColorScheme, type MantineColorScheme } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconKey, IconLogout, IconSelector } from "@tabler/icons-react";

import { useLanguage, useWords } from "./language";
import { PasswordModal } from "./PasswordModal";
import { keepLanguage, useSession } from "./session";
import classes from "./UserMenu.module.css";
import { words } from "./words-of-shell";

/** Who is signed in; language, theme, leaving. */
export function UserMenu() {
  const t = useWords(words);
  const { me, signOut } = useSession();
  const { language } = useLanguage();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const [asking, { open, close }] = useDisclosure(me.needs_password);
  return (
    <>
      <Menu position="top-start" width={260}>
        <Menu.Target>
          <UnstyledButton className={classes.user}>
            <span className={classes.sign} aria-hidden>
              {me.name.slice(0, 1).toUpperCase()}
            </span>
            <span className={classes.who}>
              <span>{me.name}</span>
              {me.role !== null && <small>{t.role[me.role]}</small>}
            </span>
            <IconSelector size={16} aria-hidden />
          </UnstyledButton>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>{t.language}</Menu.Label>
          <SegmentedControl
            fullWidth
            size="xs"
            aria-label={t.language}
            value={language}
            data={[
              { value: "ru", label: "Русский" },
              { value: "en", label: "English" },
            ]}
            onChange={(value) => keepLanguage(value === "en" ? "en" : "ru")}
          />
          <Menu.Label>{t.theme}</Menu.Label>
          <SegmentedControl<MantineColorScheme>
            fullWidth
            size="xs"
            aria-label={t.theme}
            value={colorScheme}
            data={[
              { value: "light", label: t.light },
              { value: "dark", label: t.dark },
              { value: "auto", label: t.auto },
            ]}
            onChange={setColorScheme}
          />
          <Menu.Divider />
          <Menu.Item leftSection={<IconKey size={16} />} onClick={open}>
            {t.changePassword}
          </Menu.Item>
          <Menu.Item leftSection={<IconLogout size={16} />} onClick={() => void signOut()}>
            {t.signOut}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <PasswordModal opened={asking} close={close} />
    </>
  );
}

import { MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { useMemo, type ReactNode } from "react";
import { createBrowserRouter, Navigate, RouterProvider, type RouteObject } from "react-router";

import { PAGES } from "./pages/registry";
import { SignIn } from "./pages/sign-in/SignIn";
import { Crashed, NoPage } from "./shell/Boundary";
import { LanguageProvider, useWords } from "./shell/language";
import { Layout } from "./shell/Layout";
import { Notes } from "./shell/notes";
import type { Page } from "./shell/page";
import { queries } from "./shell/queries";
import { SignedProvider, useMe, type Me } from "./shell/session";
import { Failure, Loading } from "./shell/states";
import { themeWith, variables } from "./shell/theme";
import { words } from "./shell/words-of-shell";

export function App() {
  return (
    <LanguageProvider>
      <Themed>
        <QueryClientProvider client={queries}>
          <Door />
          <Notes />
        </QueryClientProvider>
      </Themed>
    </LanguageProvider>
  );
}

/** Buttons that components bring themselves have a name too. */
function Themed({ children }: { readonly children: ReactNode }) {
  const { close } = useWords(words);
  const spoken = useMemo(() => themeWith(close), [close]);
  return (
    <MantineProvider theme={spoken} cssVariablesResolver={variables} defaultColorScheme="auto">
      {children}
    </MantineProvider>
  );
}

/** The application for who is signed in, the sign-in page for who is not. */
function Door() {
  const me = useMe();
  if (me.data === undefined) {
    return me.error === null ? <Loading /> : <Failure error={me.error} again={() => me.refetch()} />;
  }
  return me.data === null ? <SignIn /> : <Workplace me={me.data} />;
}

function Workplace({ me }: { readonly me: Me }) {
  const router = useMemo(() => createBrowserRouter(routes(me)), [me]);
  return (
    <SignedProvider me={me}>
      <RouterProvider router={router} />
    </SignedProvider>
  );
}

function routes(me: Me): RouteObject[] {
  const open = PAGES.filter((page) => page.right === null || me.rights.includes(page.right));
  return [
    {
      element: <Layout pages={PAGES} />,
      HydrateFallback: Loading,
      children: [
        {
          ErrorBoundary: Crashed,
          children: [
            { index: true, element: <Navigate to={open[0]?.path ?? "/nothing"} replace /> },
            ...open.map(route),
            { path: "*", Component: NoPage },
          ],
        },
      ],
    },
  ];
}

function route({ path, load }: Page): RouteObject {
  return { path: `${path}/*`, lazy: async () => ({ Component: (await load()).default }) };
}

import { useMutation, useQuery } from "@tanstack/react-query";

import { api, ask, type Schemas } from "../../shell/client";
import { queries } from "../../shell/queries";

export type User = Schemas["UserOut"];
export type Role = User["role"];
export type Invited = Schemas["InvitedOut"];
export type Token = Schemas["TokenOut"];

const USERS = ["users"];
const TOKENS = ["tokens"];

export function useUsers() {
  return useQuery({
    queryKey: USERS,
    queryFn: async ({ signal }) => (await ask(api.GET("/api/users", { signal }))).items,
  });
}

export function useTokens() {
  return useQuery({
    queryKey: TOKENS,
    queryFn: async ({ signal }) => (await ask(api.GET("/api/tokens", { signal }))).items,
  });
}

export function useAddUser() {
  return useMutation({
    mutationFn: (body: Schemas["UserIn"]) => ask(api.POST("/api/users", { body })),
    meta: { told: true },
    onSuccess: () => queries.invalidateQueries({ queryKey: USERS }),
  });
}

export function useChangeUser(id: number) {
  return useMutation({
    mutationFn: (body: Schemas["UserChange"]) =>
      ask(api.PATCH("/api/users/{id}", { params: { path: { id: String(id) } }, body })),
    onSettled: () => queries.invalidateQueries({ queryKey: USERS }),
  });
}

export function useMakeLink() {
  return useMutation({
    mutationFn: (id: number) => ask(api.POST("/api/users/{id}/link", { params: { path: { id: String(id) } } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: USERS }),
  });
}

export function useAddToken() {
  return useMutation({
    mutationFn: (body: Schemas["TokenIn"]) => ask(api.POST("/api/tokens", { body })),
    meta: { told: true },
    onSuccess: () => queries.invalidateQueries({ queryKey: TOKENS }),
  });
}

export function useRevoke() {
  return useMutation({
    mutationFn: (id: number) => ask(api.POST("/api/tokens/{id}/revoke", { params: { path: { id: String(id) } } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: TOKENS }),
  });
}

/** What the parts of the page ask, and what they change. */

import { useMutation, useQuery } from "@tanstack/react-query";

import { api, ask, Fault, type Schemas } from "../../shell/client";
import { useWords } from "../../shell/language";
import { note } from "../../shell/notes";
import { queries } from "../../shell/queries";
import { words } from "./words";

export type Company = Schemas["CompanyIn"];
export type CampaignSettings = Schemas["CampaignSettingsOut"];
export type CampaignNew = Schemas["CampaignNew"];
export type Manager = Schemas["ManagerOut"];
export type ManagerIn = Schemas["ManagerIn"];
export type Choices = Schemas["ChoicesOut"];
export type Crm = Schemas["CrmOut"];
export type Mapping = Schemas["CrmMappingIn"];
export type Trial = Schemas["TrialOut"];
export type WeeklyReport = Schemas["WeeklyOut"];

const ALL = "settings";
const ASKED_EVERY_MS = 1_000;

export function useCompany() {
  return useQuery({
    queryKey: [ALL, "company"],
    queryFn: ({ signal }) => ask(api.GET("/api/settings/company", { signal })),
  });
}

export function useChoices() {
  return useQuery({
    queryKey: [ALL, "choices"],
    queryFn: ({ signal }) => ask(api.GET("/api/settings/choices", { signal })),
    staleTime: 60_000,
  });
}

export function useCampaignSettings() {
  return useQuery({
    queryKey: [ALL, "campaigns"],
    queryFn: async ({ signal }) => (await ask(api.GET("/api/settings/campaigns", { signal }))).items,
  });
}

/** enabled: those without the right to meetings ask in vain. */
export function useManagers(enabled = true) {
  return useQuery({
    queryKey: [ALL, "managers"],
    queryFn: async ({ signal }) => (await ask(api.GET("/api/managers", { signal }))).items,
    enabled,
  });
}

/** Asked again each second while a test call lasts. */
export function useTelephony() {
  return useQuery({
    queryKey: [ALL, "telephony"],
    queryFn: ({ signal }) => ask(api.GET("/api/telephony", { signal })),
    refetchInterval: ({ state }) =>
      state.data?.trials.some((one) => one.code === "") === true ? ASKED_EVERY_MS : false,
  });
}

export function useWeekly() {
  return useQuery({
    queryKey: [ALL, "weekly"],
    queryFn: ({ signal }) => ask(api.GET("/api/settings/weekly", { signal })),
  });
}

export function useCrmNames() {
  return useQuery({
    queryKey: [ALL, "crm"],
    queryFn: async ({ signal }) => (await ask(api.GET("/api/settings/crm", { signal }))).items,
  });
}

export function useCrm(name: string) {
  return useQuery({
    queryKey: [ALL, "crm", name],
    queryFn: ({ signal }) => ask(api.GET("/api/settings/crm/{name}", { params: { path: { name } }, signal })),
  });
}

/** A change: afterwards everything that is set is asked anew. What is wrong with a field stands beside it. */
export function useSaving<V>(save: (values: V) => Promise<unknown>, done?: () => void) {
  const t = useWords(words);
  return useMutation({
    mutationFn: save,
    meta: { told: true },
    onSuccess: async () => {
      note(t.saved);
      await queries.invalidateQueries();
      done?.();
    },
    onError: (error) => {
      if (!(error instanceof Fault) || Object.keys(error.fields).length === 0) note(error.message, "bad");
    },
  });
}

/** By the field's name in the API, what the server finds wrong with it. */
export function faultsOf(error: Error | null): Readonly<Record<string, string>> {
  return error instanceof Fault ? error.fields : {};
}

export const saveCompany = (body: Company) => ask(api.PUT("/api/settings/company", { body }));

export const saveWeekly = (body: Schemas["WeeklyIn"]) => ask(api.PUT("/api/settings/weekly", { body }));

export const addCampaign = (body: CampaignNew) => ask(api.POST("/api/settings/campaigns", { body }));

export const changeCampaign = (slug: string, body: Schemas["CampaignChange"]) =>
  ask(api.PATCH("/api/settings/campaigns/{slug}", { params: { path: { slug } }, body }));

export const addManager = (body: ManagerIn) => ask(api.POST("/api/managers", { body }));

export const changeManager = (id: number, body: ManagerIn) =>
  ask(api.PUT("/api/managers/{id}", { params: { path: { id: String(id) } }, body }));

export const tryCall = (phone: string) => ask(api.POST("/api/telephony/test-call", { body: { phone } }));

export const saveMapping = (name: string, body: Mapping) =>
  ask(api.PUT("/api/settings/crm/{name}", { params: { path: { name } }, body }));

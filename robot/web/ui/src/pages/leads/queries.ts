import { keepPreviousData, useInfiniteQuery, useMutation, useQuery } from "@tanstack/react-query";

import type { paths } from "../../api/schema";
import { api, ask, Fault, faultOf, headers, type Schemas } from "../../shell/client";
import { useFresh } from "../../shell/live";
import { queries } from "../../shell/queries";

export type Row = Schemas["LeadRow"];
export type Card = Schemas["LeadCardOut"];
export type Line = Schemas["LeadEventOut"];
export type Job = Schemas["ImportOut"];
export type JobRow = Schemas["ImportRow"];
export type Stop = Schemas["StopOut"];
export type ConsentLine = Schemas["ConsentLine"];
export type StopFile = Schemas["StopImportOut"];
export type LeadsFilter = Omit<NonNullable<paths["/api/leads"]["get"]["parameters"]["query"]>, "after" | "limit">;

export type Numbered<R> = R & { readonly place: number };

/** Lines that nothing else tells apart: numbers are masked. */
export const numbered = <R extends object>(rows: readonly R[]): Numbered<R>[] =>
  rows.map((row, place) => ({ ...row, place }));

const LEADS = ["leads"];
const STOPS = ["stops"];
const CONSENTS = ["consents"];
const AT_ONCE = 100;
const ASK_AGAIN_MS = 700;

const following = { initialPageParam: "", getNextPageParam: (page: { next: string }) => page.next || undefined };

export function useLeads(filter: LeadsFilter) {
  return useInfiniteQuery({
    ...following,
    queryKey: [...LEADS, "list", filter],
    queryFn: ({ pageParam, signal }) =>
      ask(api.GET("/api/leads", { params: { query: { ...filter, limit: AT_ONCE, after: pageParam } }, signal })),
    placeholderData: keepPreviousData,
  });
}

export function useLeadCount(filter: LeadsFilter) {
  return useQuery({
    queryKey: [...LEADS, "count", filter],
    queryFn: ({ signal }) => ask(api.GET("/api/leads/count", { params: { query: filter }, signal })),
    placeholderData: keepPreviousData,
  });
}

export function useLead(id: string) {
  useFresh("calls", [...LEADS, "one"]);
  return useQuery({
    queryKey: [...LEADS, "one", id],
    queryFn: ({ signal }) => ask(api.GET("/api/leads/{id}", { params: { path: { id } }, signal })),
  });
}

const numberOf = (id: number) =>
  ask(api.POST("/api/leads/{id}/phone", { params: { path: { id: String(id) } } })).then((told) => told.phone);

export function useNumber(id: number) {
  return useMutation({ mutationFn: () => numberOf(id) });
}

const listsChanged = () =>
  Promise.all([LEADS, STOPS, CONSENTS].map((queryKey) => queries.invalidateQueries({ queryKey })));

/** Nobody calls this lead any more. */
export function useStopLead(id: number) {
  return useMutation({
    mutationFn: async (reason: string) =>
      ask(api.POST("/api/stoplist", { body: { entry: await numberOf(id), reason } })),
    onSuccess: listsChanged,
    meta: { told: true },
  });
}

export function useStops() {
  return useInfiniteQuery({
    ...following,
    queryKey: [...STOPS, "list"],
    queryFn: ({ pageParam, signal }) =>
      ask(api.GET("/api/stoplist", { params: { query: { limit: AT_ONCE, after: pageParam } }, signal })),
  });
}

export function useRemovals() {
  return useQuery({
    queryKey: [...STOPS, "removals"],
    queryFn: async ({ signal }) => (await ask(api.GET("/api/stoplist/removals", { signal }))).items,
  });
}

export function useCheckStop() {
  return useMutation({
    mutationFn: (phone: string) => ask(api.POST("/api/stoplist/check", { body: { phone } })),
    meta: { told: true },
  });
}

export function useStop() {
  return useMutation({
    mutationFn: (body: Schemas["StopIn"]) => ask(api.POST("/api/stoplist", { body })),
    onSuccess: listsChanged,
    meta: { told: true },
  });
}

export function useUnstop() {
  return useMutation({
    mutationFn: (body: Schemas["UnstopIn"]) => ask(api.POST("/api/stoplist/remove", { body })),
    onSuccess: listsChanged,
    meta: { told: true },
  });
}

export function useConsents() {
  return useInfiniteQuery({
    ...following,
    queryKey: [...CONSENTS, "list"],
    queryFn: ({ pageParam, signal }) =>
      ask(api.GET("/api/consents", { params: { query: { limit: AT_ONCE, after: pageParam } }, signal })),
  });
}

export function useCheckConsent() {
  return useMutation({
    mutationFn: async (phone: string) => (await ask(api.POST("/api/consents/check", { body: { phone } }))).items,
    meta: { told: true },
  });
}

export function useRecord() {
  return useMutation({
    mutationFn: (body: Schemas["ConsentFor"]) => ask(api.POST("/api/consents", { body })),
    onSuccess: listsChanged,
    meta: { told: true },
  });
}

export function useRevoke() {
  return useMutation({
    mutationFn: (phone: string) => ask(api.POST("/api/consents/revoke", { body: { phone } })),
    onSuccess: listsChanged,
    meta: { told: true },
  });
}

/** A file is the body as it is: the client of the API would make JSON of it. */
async function send<D>(address: string, file: File): Promise<D> {
  let response: Response;
  try {
    response = await fetch(address, { method: "POST", headers: headers(), body: file });
  } catch {
    throw new Fault(
      0,
      "offline",
      headers()["Accept-Language"] === "en" ? "The file did not go through" : "Файл не ушёл",
    );
  }
  const body: unknown = await response.json().catch(() => null);
  if (!response.ok) throw faultOf(response.status, body);
  return body as D;
}

export function useUpload() {
  return useMutation({
    mutationFn: ({ file, campaign }: { readonly file: File; readonly campaign: string }) =>
      send<Job>(
        `/api/leads/imports?${new URLSearchParams({ campaign, name: file.name.slice(-200) }).toString()}`,
        file,
      ),
    onSuccess: (job) => queries.setQueryData(["import", job.id], job),
    meta: { told: true },
  });
}

export const isWorking = (job: Job) => ["reading", "checking", "importing"].includes(job.phase);

export function useJob(id: string) {
  return useQuery({
    queryKey: ["import", id],
    queryFn: ({ signal }) => ask(api.GET("/api/leads/imports/{id}", { params: { path: { id } }, signal })),
    refetchInterval: ({ state }) => (state.data !== undefined && isWorking(state.data) ? ASK_AGAIN_MS : false),
    enabled: id !== "",
  });
}

export function useStartImport(id: string) {
  return useMutation({
    mutationFn: () => ask(api.POST("/api/leads/imports/{id}/start", { params: { path: { id } } })),
    onSuccess: (job) => queries.setQueryData(["import", id], job),
  });
}

export function useJobRows(job: Job, kind: JobRow["kind"] | null) {
  return useInfiniteQuery({
    ...following,
    queryKey: ["import", job.id, "rows", job.phase, kind],
    queryFn: ({ pageParam, signal }) =>
      ask(
        api.GET("/api/leads/imports/{id}/rows", {
          params: { path: { id: job.id }, query: { limit: 200, after: pageParam, ...(kind === null ? {} : { kind }) } },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
  });
}

export function useStopFile() {
  return useMutation({
    mutationFn: ({ file, dryRun }: { readonly file: File; readonly dryRun: boolean }) =>
      send<StopFile>(`/api/stoplist/import?dry_run=${String(dryRun)}`, file),
    onSuccess: (done) => (done.dry_run ? undefined : listsChanged()),
    meta: { told: true },
  });
}

/** Whatever an import may have changed. */
export const imported = listsChanged;

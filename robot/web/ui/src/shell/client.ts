/** The API, typed from the server's own description of it. `ask` turns an answer into its data, or throws a Fault. */

import createClient, { type Middleware } from "openapi-fetch";

import type { components, paths } from "../api/schema";
import { keptLanguage } from "./language";

export type Schemas = components["schemas"];

/** What the server refused, or that it did not answer (status 0). `message` is for people, in their language. */
export class Fault extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly fields: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.name = "Fault";
  }

  /** Trying again may help. */
  get passing(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

let csrf = "";
let signedOut: () => void = () => undefined;

/** The session proves with this that a change was meant by its user. */
export function setCsrf(token: string): void {
  csrf = token;
}

/** Called when the server knows no session of ours any more. */
export function onSignedOut(told: () => void): void {
  signedOut = told;
}

/** Of every request; those made without `api` (files, uploads) need them too. */
export function headers(): Record<string, string> {
  return { "Accept-Language": keptLanguage(), "X-CSRF-Token": csrf };
}

const ELSEWHERE = 421; // another node has what was asked for: behind a balancer the next try may reach it
const TRIES = 8;
const spares = new WeakMap<Request, Request>();

async function fromItsNode(request: Request, first: Response): Promise<Response> {
  const spare = spares.get(request);
  let answer = first;
  for (let tries = 0; tries < TRIES && answer.status === ELSEWHERE && spare !== undefined; tries++) {
    answer = await fetch(spare.clone());
  }
  return answer;
}

const everyRequest: Middleware = {
  onRequest({ request }) {
    for (const [name, value] of Object.entries(headers())) request.headers.set(name, value);
    spares.set(request, request.clone());
  },
  async onResponse({ request, response }) {
    if (response.status === 401) signedOut();
    return response.status === ELSEWHERE ? fromItsNode(request, response) : response;
  },
  onError() {
    return new Fault(0, "offline", keptLanguage() === "en" ? "The robot does not answer" : "Робот не отвечает");
  },
};

export const api = createClient<paths>();
api.use(everyRequest);

interface Answered<D> {
  readonly data?: D;
  readonly error?: unknown;
  readonly response: Response;
}

/** `await ask(api.GET("/api/today", { signal }))` */
export async function ask<D>(asked: Promise<Answered<D>>): Promise<D> {
  const { data, error, response } = await asked;
  if (!response.ok) throw faultOf(response.status, error);
  return data as D;
}

/** The server's own words, where it gave any. */
export function faultOf(status: number, body: unknown): Fault {
  const told = isRefusal(body) ? body.error : { code: "internal", message: `HTTP ${String(status)}` };
  return new Fault(status, told.code, told.message, told.fields);
}

interface Refusal {
  readonly error: { readonly code: string; readonly message: string; readonly fields?: Record<string, string> };
}

function isRefusal(body: unknown): body is Refusal {
  if (typeof body !== "object" || body === null || !("error" in body)) return false;
  const { error } = body;
  return typeof error === "object" && error !== null && "code" in error && "message" in error;
}

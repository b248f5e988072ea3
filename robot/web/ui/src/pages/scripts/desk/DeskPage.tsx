import { ReactFlowProvider } from "@xyflow/react";
import { useParams } from "react-router";

import { Frame } from "../../../shell/Frame";
import { useWords } from "../../../shell/language";
import { Failure, Loading } from "../../../shell/states";
import { useDraft } from "../draft/useDraft";
import { words } from "../words";
import { DeskView } from "./DeskView";

/** The desk of the script in the address. Another script is another desk: nothing half-typed moves over. */
export function DeskPage() {
  const { name = "" } = useParams();
  return <OneDesk key={name} name={name} />;
}

function OneDesk({ name }: { readonly name: string }) {
  const t = useWords(words);
  const desk = useDraft(name);
  const { data, error } = desk.draft;
  if (data === undefined) {
    return (
      <Frame title={t.script}>
        {error === null ? <Loading rows={8} /> : <Failure error={error} again={() => desk.draft.refetch()} />}
      </Frame>
    );
  }
  return (
    <ReactFlowProvider>
      <DeskView name={name} desk={desk} draft={data} />
    </ReactFlowProvider>
  );
}

import { Route, Routes } from "react-router";

import { Call } from "./Call";
import { CallsList } from "./CallsList";

/** The list, and one call. */
export default function Calls() {
  return (
    <Routes>
      <Route index element={<CallsList />} />
      <Route path=":id" element={<Call />} />
    </Routes>
  );
}

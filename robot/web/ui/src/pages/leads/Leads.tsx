import { Route, Routes } from "react-router";

import { Consents } from "./Consents";
import { Import } from "./Import";
import { Lead } from "./Lead";
import { LeadList } from "./LeadList";
import { Stops } from "./Stops";

/** Whom the robot may call, whom it may not, and all that is known of each. */
export default function Leads() {
  return (
    <Routes>
      <Route index element={<LeadList />} />
      <Route path="import" element={<Import />} />
      <Route path="stoplist" element={<Stops />} />
      <Route path="consents" element={<Consents />} />
      <Route path=":id" element={<Lead />} />
    </Routes>
  );
}

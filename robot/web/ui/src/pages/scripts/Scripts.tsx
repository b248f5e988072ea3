import { Route, Routes } from "react-router";

import { NoPage } from "../../shell/Boundary";
import { DeskPage } from "./desk/DeskPage";
import { List } from "./list/List";

/** The list of scripts, and the desk of one. */
export default function Scripts() {
  return (
    <Routes>
      <Route index element={<List />} />
      <Route path=":name" element={<DeskPage />} />
      <Route path="*" element={<NoPage />} />
    </Routes>
  );
}

import { tr } from "../../shell/words";

export const words = {
  title: tr("Сегодня", "Today"),
};

import { tr } from "../../shell/words";

export const words = {
  title: tr("Вход", "Sign in"),
  promise: tr(
    "Назначает встречи по плану — и показывает, где теряются клиенты.",
    "Books the day's meetings, and shows where clients are lost.",
  ),
  name: tr("Имя", "Name"),
  password: tr("Пароль", "Password"),
  enter: tr("Войти", "Sign in"),
  byLink: tr("Вход по одноразовой ссылке", "Signing in by a one-time link"),
  linkHint: tr("Ссылка сработает один раз. Нажмите, чтобы войти.", "The link works once. Press to sign in."),
  forgot: tr(
    "Забыли пароль? Попросите новую ссылку у руководителя или того, кто обслуживает робота.",
    "Forgot it? Ask the head of sales, or whoever looks after the robot, for a new link.",
  ),
};

/** Where this folder says what it does; the shell decides what becomes of it. */
export interface Logger {
  debug(message: string): void;
  warning(message: string): void;
}

/**
 * How far the clocks of several machines may lie apart, in milliseconds, and how long a command may take
 * that is decided again after somebody else was faster: it keeps the instant at which it was given.
 */
export const clockAllowance = 60_000;

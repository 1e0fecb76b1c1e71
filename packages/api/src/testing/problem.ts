/** What an answer with this problem looks like, for `toMatchObject`. */
export const problem = (status: number, type: string, members: object = {}) => ({
  status,
  body: { type: `/problems/${type}`, status, ...members },
});

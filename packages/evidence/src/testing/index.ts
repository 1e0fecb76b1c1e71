export { StoredLives } from './stored-lives.ts';

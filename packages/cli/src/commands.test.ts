import { Command } from 'commander';
import { expect, test } from 'vitest';
import { addCommands, commandNames } from './commands.ts';

const added = async (called?: string) => {
  const program = new Command();
  await addCommands(program, called);
  return program.commands.map((command) => command.name());
};

test('the help names every command, each once', async () => {
  expect(await added()).toEqual(commandNames);
  expect(await added('no-command')).toEqual(commandNames);
});

test.each(commandNames)('%s is there when it is called', async (name) => {
  expect(await added(name)).toContain(name);
});

test.each(['__proto__', 'constructor', '--help'])('%s is no command', async (name) => {
  expect(await added(name)).toEqual(commandNames);
});

import { isFault } from '@drover/core';
import { Command, InvalidArgumentError, Option } from 'commander';
import { InvalidConfig } from './config/problems.js';
import { version } from './version.js';

// Nobody reads our output any more (`drover start | head`, a killed parent). That is no
// reason to die in the middle of a drain.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

// Commands load what they need when they run: `drover worker` and `--help` must start fast.

const program = new Command('drover')
  .description('Runs, watches and scales BullMQ background jobs.')
  .version(version)
  .showHelpAfterError('Run "drover --help" for what there is.')
  .addHelpText(
    'after',
    `
Environment:
  DROVER_ENGINE          where jobs live: embedded, redis://…, rediss://…, postgres://…
  DROVER_DATA_DIR        folder of the embedded engine (.drover)
  DROVER_ADMIN_EMAIL     account that the first start makes (admin@localhost)
  DROVER_ADMIN_PASSWORD  its password; made up and printed once when not set
  DROVER_API_TOKEN       bearer token of an administrator, for machines
  PORT, HOST             where to listen (4700, 127.0.0.1)

Examples:
  drover init                                   write a commented configuration
  drover start                                  control plane, dashboard and workers
  drover start --observe --engine redis://db    look at an existing BullMQ, change nothing
  drover worker email-sending                   one worker, for containers
  drover simulate --trace arrivals.csv          what would a scaling policy have done?
  drover doctor                                 is the engine fit for work?`,
  );

const engine = new Option('--engine <url>', 'embedded, redis://…, rediss://… or postgres://…');
const config = new Option('-c, --config <file>', 'configuration file (drover.config.* of this folder)');

function command(name: string, description: string): Command {
  return program.command(name).description(description).addOption(config).addOption(engine);
}

command('start', 'Run the control plane, the dashboard and the configured workers.')
  .option('--host <address>', 'address to listen on (127.0.0.1)')
  .option('--port <number>', 'port to listen on (4700; 0 takes a free one)', parsePort)
  .option('--observe', 'watch an existing BullMQ installation: start no worker, change nothing of its own')
  .option('--no-workers', 'serve and monitor, but run no worker on this host')
  .addOption(
    new Option('--log-level <level>', 'how much to log')
      .choices(['debug', 'info', 'warn', 'error', 'silent'])
      .default('info'),
  )
  .action(async (options) => (await import('./commands/start.js')).startCommand(options));

command('worker <queue>', 'Run one worker of a configured queue in this process, for containers.').action(
  async (queueName, options) => (await import('./commands/worker.js')).workerCommand(queueName, options),
);

command('doctor', 'Look the engine over: reachable, version, eviction, persistence, clocks, leftovers.').action(
  async (options) => (await import('./commands/doctor.js')).doctorCommand(options),
);

command('manifests', 'Print the objects of Kubernetes that the configuration needs: `| kubectl apply -f -`.')
  .requiredOption('--image <name>', 'image with the application and its configuration')
  .option('--namespace <name>', 'where everything goes', 'drover')
  .option('--secret <name>', 'Secret with DROVER_ENGINE and the like', 'drover')
  .option('--replicas <number>', 'control planes', parseCount, 2)
  .action(async (options) => (await import('./commands/manifests.js')).manifestsCommand(options));

program
  .command('simulate')
  .description('Replay recorded arrivals under a scaling policy: worker-hours, waits, and how the fleet moved.')
  .requiredOption('--trace <file>', 'CSV with the columns t_seconds,arrivals')
  .option('--policy <file>', 'JSON of a policy, or of what differs from the defaults')
  .option('--service-ms <number>', 'mean run time of a job', parseAmount, 1_000)
  .option('--service-cv <number>', 'coefficient of variation of the run times', parseAmount, 1)
  .option('--start-up-ms <number>', 'from asking for a worker to its first job', parseAmount, 2_000)
  .option('--slots <number>', 'jobs that one worker runs at a time', parseCount, 1)
  .option('--tick-ms <number>', 'how often a decision is made', parseAmount, 5_000)
  .option('--seed <number>', 'of the jobs drawn from the trace', parseAmount, 1)
  .option('--price <number>', 'of a worker-hour', parseAmount)
  .option('--json', 'the whole result, with its course over time')
  .action(async (options) => (await import('./commands/simulate.js')).simulateCommand(options));

program
  .command('init')
  .description('Write a commented configuration and an example job into this folder.')
  .action(async () => (await import('./commands/init.js')).initCommand());

const token = program.command('token').description('API tokens for machines.');
sub(token, 'create <name>', 'Make a token and print it, once.')
  .addOption(new Option('--role <role>', 'what it may do').choices(['admin', 'operator', 'viewer']).default('admin'))
  .option('--days <number>', 'days until it expires (never)', parseDays)
  .action(async (name, options) => (await import('./commands/token.js')).createTokenCommand(name, options));
sub(token, 'list', 'List tokens.').action(async (options) =>
  (await import('./commands/token.js')).listTokensCommand(options),
);
sub(token, 'revoke <id>', 'Revoke a token.').action(async (id, options) =>
  (await import('./commands/token.js')).revokeTokenCommand(id, options),
);

const user = program.command('user').description('Accounts of people.');
sub(user, 'create <email>', 'Make an account; its password comes from --password-stdin or is made up.')
  .option('--name <name>', 'name to show')
  .option('--password-stdin', 'read the password from standard input')
  .addOption(new Option('--role <role>', 'what it may do').choices(['admin', 'operator', 'viewer']).default('admin'))
  .action(async (email, options) => (await import('./commands/user.js')).createUserCommand(email, options));
sub(user, 'list', 'List accounts.').action(async (options) =>
  (await import('./commands/user.js')).listUsersCommand(options),
);
sub(user, 'password <email>', 'Set a password from --password-stdin or a made-up one; ends all its sessions.')
  .option('--password-stdin', 'read the password from standard input')
  .action(async (email, options) => (await import('./commands/user.js')).setPasswordCommand(email, options));
sub(user, 'disable <email>', 'Disable an account and end its sessions.').action(async (email, options) =>
  (await import('./commands/user.js')).disableUserCommand(email, options),
);

function sub(parent: Command, name: string, description: string): Command {
  return parent.command(name).description(description).addOption(config).addOption(engine);
}

function parsePort(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new InvalidArgumentError('A port is a number from 0 to 65535.');
}

function parseCount(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1 && count <= 100) return count;
  throw new InvalidArgumentError('Give a whole number from 1 to 100.');
}

function parseAmount(text: string): number {
  const amount = Number(text);
  if (text.trim() !== '' && amount >= 0 && Number.isFinite(amount)) return amount;
  throw new InvalidArgumentError('Give a number of 0 or more.');
}

function parseDays(text: string): number {
  const days = Number(text);
  if (days > 0 && Number.isFinite(days)) return days;
  throw new InvalidArgumentError('Give a number of days above 0.');
}

try {
  await program.parseAsync();
} catch (error) {
  // What a user can mend is one message; everything else is our bug and keeps its stack.
  const expected = error instanceof InvalidConfig || isFault(error);
  process.stderr.write(`drover: ${expected ? error.message : error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = 1;
}

#include "cli/command.h"

namespace taskdock::cli {

// Each is defined in a file of this folder.
std::unique_ptr<Command> make_serve();
std::unique_ptr<Command> make_stop();
std::unique_ptr<Command> make_backup();
std::unique_ptr<Command> make_restore();
std::unique_ptr<Command> make_check();
std::unique_ptr<Command> make_compact();
std::unique_ptr<Command> make_export();
std::unique_ptr<Command> make_import();
std::unique_ptr<Command> make_user_list();
std::unique_ptr<Command> make_user_add();
std::unique_ptr<Command> make_user_passwd();
std::unique_ptr<Command> make_user_delete();
std::unique_ptr<Command> make_token_list();
std::unique_ptr<Command> make_token_add();
std::unique_ptr<Command> make_token_revoke();

const std::vector<CommandEntry>& all_commands() {
  static const std::vector<CommandEntry> commands = {
      {"serve", "Serve the API; the default if no command is given", make_serve},
      {"stop", "Stop the server that uses the data directory, and wait until it has ended",
       make_stop},
      {"backup",
       "Write a copy of the database, also while the server is running, and print its name",
       make_backup},
      {"restore", "Put a backup in the place of the database, which is kept; stop the server first",
       make_restore},
      {"check",
       "Look for everything that can be wrong with the database, also while the server is running",
       make_check},
      {"compact",
       "Rewrite the database without free space and traces of deleted data; stop the server first",
       make_compact},
      {"export", "Write all tasks of a user to a file, also while the server is running",
       make_export},
      {"import", "Add the tasks of a file to those of a user, also while the server is running",
       make_import},
      {"user list", "Print one line per user: email, name, time of sign-up, number of tasks",
       make_user_list},
      {"user add",
       "Add a user; asks for the password on a terminal, else reads it from standard input",
       make_user_add},
      {"user passwd",
       "Set a new password, read as for add, end all sessions of the user and revoke their tokens",
       make_user_passwd},
      {"user delete",
       "Delete a user with all sessions, tokens and tasks, without asking for confirmation; warns "
       "if "
       "copies of the deleted data stay in the write-ahead log",
       make_user_delete},
      {"token list",
       "Print one line per token of a user, newest first: id, name, scope, and when it was made, "
       "expires and was last used",
       make_token_list},
      {"token add", "Make a token with which a script can act for a user, and print it alone",
       make_token_add},
      {"token revoke", "Revoke a token: from now on it is not valid", make_token_revoke},
  };
  return commands;
}

const std::vector<CommandGroup>& all_command_groups() {
  static const std::vector<CommandGroup> groups = {
      {"user", "List, add, change or delete users, also while the server is running"},
      {"token", "List, make or revoke tokens for scripts, also while the server is running"},
  };
  return groups;
}

}  // namespace taskdock::cli

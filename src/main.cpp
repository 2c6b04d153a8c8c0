#include "cli/cli.h"

int main(int argc, char** argv) {
  return taskdock::cli::run(argc, argv);
}

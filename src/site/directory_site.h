#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "api/site.h"
#include "system/file_tree.h"

namespace taskdock::site {

/// Serves the files of a directory, such as what a build of a frontend has made.
///
/// A directory is served as its index.html, and so is every path without a file, and without a dot
/// in its last name, that a browser opens as a page: single-page applications find their own way
/// from there. Files whose names begin with a dot, and all below such directories, are not served.
class DirectorySite final : public api::Site {
 public:
  explicit DirectorySite(const std::filesystem::path& directory) : tree_(directory) {}

  api::Response answer(const api::Request& request) const override;

 private:
  struct Page;

  Page find(const api::Request& request) const;
  system::FileTree::Found look_up(const std::vector<std::string>& names) const;
  void encode(const api::Request& request, Page& page, api::Response& response) const;

  system::FileTree tree_;
};

}  // namespace taskdock::site

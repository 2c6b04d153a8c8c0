#include "api/gzip.h"

#include <zlib.h>

#include <array>
#include <memory>
#include <stdexcept>

namespace taskdock::api {

std::string gunzip(std::string_view gzipped) {
  z_stream stream{};
  // 16 more than the largest window: a gzip header is expected (zlib.net/manual.html,
  // inflateInit2).
  if (::inflateInit2(&stream, 16 + MAX_WBITS) != Z_OK) throw std::runtime_error("inflateInit2");
  const std::unique_ptr<z_stream, decltype(&::inflateEnd)> end(&stream, ::inflateEnd);
  // zlib does not write to its input; its interface is older than const.
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(gzipped.data()));
  stream.avail_in = static_cast<uInt>(gzipped.size());
  std::string plain;
  std::array<char, 16384> part;
  int result = Z_OK;
  while (result == Z_OK) {
    stream.next_out = reinterpret_cast<Bytef*>(part.data());
    stream.avail_out = part.size();
    result = ::inflate(&stream, Z_NO_FLUSH);
    plain.append(part.data(), part.size() - stream.avail_out);
  }
  if (result != Z_STREAM_END) throw std::runtime_error("an embedded file is damaged");
  return plain;
}

}  // namespace taskdock::api

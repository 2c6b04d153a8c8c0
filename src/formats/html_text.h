#pragma once

#include <string>
#include <string_view>

namespace taskdock::formats {

/// What a person would read of `html`: without its tags, of which some end lines, and with the
/// characters that its references stand for. The address of a link follows its text, and the
/// elements of a list that can be ticked begin with "[x] " or "[ ] ".
///
/// Plain text may have all that HTML begins with. So what stands between "<" and ">" is a tag only
/// if it is written as one, names an element of HTML, and the element's other tag is somewhere in
/// the text, unless it is an element that has none. Anything else stays as it is.
std::string text_of_html(std::string_view html);

}  // namespace taskdock::formats

#include "api/refusal.h"

#include "store/errors.h"

namespace taskdock::api {

std::optional<ApiError> current_refusal() {
  try {
    throw;
  } catch (const ApiError& error) {
    return error;
  } catch (const store::EmailTaken&) {
    return ApiError(409, "Email already registered");
  } catch (const store::TooManyUsers&) {
    return ApiError(409, "This server takes no more users");
  } catch (const store::TooManyTasks&) {
    return ApiError(409, "You have as many tasks as this server allows; delete some first");
  } catch (const store::TooManyTags&) {
    return ApiError(409, "You have as many tags as this server allows; remove some first");
  } catch (const store::TooManyTokens&) {
    return ApiError(409, "You have as many tokens as this server allows; revoke some first");
  } catch (const store::WrongPassword&) {
    return ApiError(403, "Wrong password");
  } catch (const store::NotTheOwner&) {
    return ApiError(403, "Not authorized to access this task");
  } catch (const store::TaskNotFound&) {
    return ApiError(404, "Task not found");
  } catch (const store::TagNotFound&) {
    return ApiError(404, "Tag not found");
  } catch (const store::TokenNotFound&) {
    return ApiError(404, "Token not found");
  } catch (const store::SessionNotFound&) {
    return ApiError(404, "Session not found");
  } catch (...) {
    return std::nullopt;
  }
}

}  // namespace taskdock::api

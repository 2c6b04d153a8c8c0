#include <doctest/doctest.h>

#include "testing/account.h"
#include "testing/answers.h"
#include "testing/process.h"

namespace taskdock::testing {

using nlohmann::json;

namespace {

void check_session(const json& session) {
  CHECK(session["access_token"].is_string());
  CHECK(session["token_type"] == "bearer");
  CHECK(session["expires_in"] == 1800);
  CHECK(session["refresh_token"].get<std::string>().size() == 43);
  CHECK(session["refresh_expires_in"] == 30 * 24 * 60 * 60);
  const json& user = session["user"];
  CHECK(user.size() == 4);
  CHECK(is_uuid(user["id"]));
  CHECK(is_moment(user["created_at"]));
}

}  // namespace

TEST_CASE("http/accounts: a sign-up is a session, with the user also at the top level") {
  ServerProcess server;
  Client client(server.port());
  const Answer answer = client.post("/api/auth/signup", {{"email", " Ann@Example.COM "},
                                                         {"password", account_password},
                                                         {"name", " Ann \xf0\x9f\x98\x80 "}});
  CHECK(answer.status == 201);
  CHECK(answer.header("content-type") == "application/json");
  CHECK(answer.header("cache-control") == "no-store");
  json session = answer.json();
  check_session(session);
  CHECK(session["email"] == "ann@example.com");
  CHECK(session["name"] == "Ann \xf0\x9f\x98\x80");
  for (const auto& [name, value] : session["user"].items()) CHECK(session[name] == value);
  CHECK(session.size() == 10);
  CHECK(answer.body.find(account_password) == std::string::npos);

  client.token = session["access_token"];
  const Answer me = client.get("/api/auth/me");
  CHECK(me.status == 200);
  CHECK(me.json() == session["user"]);
}

TEST_CASE("http/accounts: without a name the user is called what stands before the @") {
  ServerProcess server;
  Client client(server.port());
  CHECK(client.sign_up("first.last@example.com")["name"] == "first.last");
  int count = 0;
  // Published clients always send the member, whether or not anything was written into its field.
  for (const json& name : {json(), json(""), json(" \t"), json("\u3000")}) {
    const std::string email = "user" + std::to_string(++count);
    json without_name = account(email + "@example.com");
    without_name["name"] = name;
    CHECK(client.post("/api/auth/signup", without_name).json()["name"] == email);
  }
}

TEST_CASE("http/accounts: a log-in is a session for the same user, in any case of the email") {
  ServerProcess server;
  Client client(server.port());
  const json user = client.sign_up("ann@example.com", account_password);
  const std::string first_token = client.token;
  for (const char* email : {"ann@example.com", "\tANN@example.COM "}) {
    client.token.clear();
    const Answer answer = client.post("/api/auth/login", account(email));
    CHECK(answer.status == 200);
    CHECK(answer.header("cache-control") == "no-store");
    const json session = answer.json();
    check_session(session);
    CHECK(session.size() == 6);
    CHECK(session["user"] == user);
    CHECK(session["access_token"] != first_token);
    client.token = session["access_token"];
    CHECK(client.get("/api/auth/me").json() == user);
  }
  client.token = first_token;
  CHECK(client.get("/api/auth/me").status == 200);
}

TEST_CASE("http/accounts: --access-token-ttl is what the session says") {
  ServerProcess server(Process::Strings{"--access-token-ttl", "60"});
  Client client(server.port());
  CHECK(client.post("/api/auth/signup", account("a@b.c")).json()["expires_in"] == 60);
}

TEST_CASE("http/accounts: an email is taken once, in whatever case") {
  ServerProcess server;
  Client client(server.port());
  client.sign_up("ann@example.com");
  for (const char* email : {"ann@example.com", "ANN@EXAMPLE.COM", "  Ann@example.com"}) {
    CAPTURE(email);
    check_error(client.post("/api/auth/signup", account(email)), 409, "Email already registered");
  }
  CHECK(client.post("/api/auth/signup", account("ann@example.org")).status == 201);
}

TEST_CASE("http/accounts: a wrong password and an unknown email are told in the same words") {
  ServerProcess server;
  Client client(server.port());
  client.sign_up("ann@example.com", account_password);
  client.token.clear();
  for (const json& wrong :
       {json{{"email", "ann@example.com"}, {"password", "wrong horse"}},
        json{{"email", "ann@example.com"}, {"password", ""}},
        json{{"email", "ann@example.com"}, {"password", account_password + " "}},
        json{{"email", "bob@example.com"}, {"password", account_password}},
        json{{"email", "bob@example.com"}, {"password", "x"}}}) {
    CAPTURE(wrong);
    const Answer answer = client.post("/api/auth/login", wrong);
    check_error(answer, 401, "Invalid email or password");
    CHECK(answer.header("www-authenticate") == "Bearer");
  }
}

TEST_CASE("http/accounts: all that is wrong with an account is told at once") {
  ServerProcess server;
  Client client(server.port());
  const std::string bad_email =
      "value is not a valid email address: An email address must have an @-sign.";
  const json email_missing = fault({"body", "email"}, "missing", "Field required");
  const json password_missing = fault({"body", "password"}, "missing", "Field required");
  check_faults(
      client.post("/api/auth/signup", {{"email", "ann"}, {"password", "short"}, {"name", 7}}),
      {fault({"body", "email"}, "value_error", bad_email),
       fault({"body", "password"}, "string_too_short", "String should have at least 8 characters"),
       fault({"body", "name"}, "string_type", "Input should be a valid string")});
  for (const char* path : {"/api/auth/signup", "/api/auth/login"}) {
    CAPTURE(path);
    check_faults(client.call("POST", path, "{}"), {email_missing, password_missing});
    check_faults(client.call("POST", path), {fault({"body"}, "missing", "Field required")});
    check_faults(client.call("POST", path, R"({"email": nope})"),
                 {fault({"body", 11}, "json_invalid", "JSON decode error")});
    check_faults(client.call("POST", path, "[]"),
                 {fault({"body"}, "model_attributes_type",
                        "Input should be a valid dictionary or object to extract fields from")});
    check_faults(client.post(path, {{"email", 1}, {"password", json::array()}}),
                 {fault({"body", "email"}, "string_type", "Input should be a valid string"),
                  fault({"body", "password"}, "string_type", "Input should be a valid string")});
  }
}

TEST_CASE("http/accounts: who has no good token is told to bring one") {
  ServerProcess server;
  Client client(server.port());
  client.sign_up();
  const std::string good = std::exchange(client.token, {});
  const std::string head = good.substr(0, good.find('.'));
  const std::string payload_and_tag = good.substr(good.find('.'));
  struct Given {
    Client::Headers headers;
    std::string detail;
  };
  const std::string none = "Not authenticated";
  const std::string bad = "Could not validate credentials";
  const std::vector<Given> table = {
      {{}, none},
      {{{"Authorization", ""}}, none},
      {{{"Authorization", good}}, none},
      {{{"Authorization", "Basic " + good}}, none},
      {{{"Authorization", "Bearer"}}, none},
      {{{"Authorization", "Bearer%20" + good}}, none},
      {{{"Authorization", "Bearer\t" + good}}, none},
      {{{"X-Authorization", "Bearer " + good}}, none},
      {{{"Authorization", "Bearer " + good}, {"Authorization", "Bearer " + good}}, bad},
      {{{"Authorization", "Bearer x"}}, bad},
      {{{"Authorization", "Bearer .."}}, bad},
      {{{"Authorization", "Bearer " + good + "x"}}, bad},
      {{{"Authorization", "Bearer " + good.substr(0, good.size() - 2)}}, bad},
      {{{"Authorization", "Bearer " + good + "%00"}}, bad},
      {{{"Authorization", "Bearer " + good + ", Bearer " + good}}, bad},
      // {"alg":"none"}, with the signature and without one
      {{{"Authorization", "Bearer eyJhbGciOiJub25lIn0" + payload_and_tag}}, bad},
      {{{"Authorization",
         "Bearer eyJhbGciOiJub25lIn0" + payload_and_tag.substr(0, payload_and_tag.rfind('.') + 1)}},
       bad},
      {{{"Authorization", "Bearer " + head + head + payload_and_tag}}, bad},
      {{{"Authorization", "Bearer " + std::string(6000, 'a')}}, bad},
  };
  for (const auto& [headers, detail] : table) {
    const std::string shown = json(headers).dump();
    CAPTURE(shown);
    const Answer answer = client.call("GET", "/api/auth/me", {}, headers);
    check_error(answer, 401, detail);
    CHECK(answer.header("www-authenticate") == "Bearer");
  }
  for (const char* scheme : {"Bearer ", "bearer ", "BEARER ", "Bearer   "}) {
    CAPTURE(scheme);
    CHECK(client.call("GET", "/api/auth/me", {}, {{"authorization", scheme + good}}).status == 200);
  }
}

TEST_CASE("http/accounts: TASKDOCK_SECRET signs the tokens of every server that has it") {
  const Process::Strings secret = {"TASKDOCK_SECRET=0123456789abcdef0123456789abcdef"};
  TemporaryDirectory data;
  std::string token;
  {
    ServerProcess first(data.path(), {}, secret);
    Client client(first.port());
    client.sign_up();
    token = client.token;
  }
  ServerProcess second(data.path(), {}, secret);
  Client client(second.port());
  client.token = token;
  CHECK(client.get("/api/auth/me").status == 200);
  CHECK(second.stop().status == 0);
  ServerProcess other(data.path(), {}, {"TASKDOCK_SECRET=another secret of at least 32 bytes"});
  Client refused(other.port());
  refused.token = token;
  check_error(refused.get("/api/auth/me"), 401, "Could not validate credentials");
}

}  // namespace taskdock::testing

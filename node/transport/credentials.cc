// SPDX-License-Identifier: Apache-2.0
#include "node/transport/credentials.h"

#include <grpcpp/security/tls_certificate_verifier.h>
#include <grpcpp/security/tls_credentials_options.h>

#include <fstream>

namespace relais::transport {
namespace {

namespace tls = grpc::experimental;

class PinnedIdentity final : public tls::ExternalCertificateVerifier {
 public:
  explicit PinnedIdentity(std::string identity) : identity_(std::move(identity)) {}

  bool Verify(tls::TlsCustomVerificationCheckRequest* request,
              std::function<void(grpc::Status)> /*callback*/, grpc::Status* verdict) override {
    const auto names = request->uri_names();
    const bool is_peer =
        names.size() == 1 && std::string_view(names[0].data(), names[0].size()) == identity_;
    *verdict = is_peer ? grpc::Status::OK
                       : grpc::Status(grpc::StatusCode::UNAUTHENTICATED, "not the pinned peer");
    return true;  // decided here, the callback is not used
  }
  void Cancel(tls::TlsCustomVerificationCheckRequest* /*request*/) override {}

 private:
  const std::string identity_;
};

}  // namespace

Result<void> check_readable(const TlsFiles& files) {
  for (const std::string& path : {files.private_key, files.certificate_chain, files.roots}) {
    if (std::ifstream(path).peek() == std::ifstream::traits_type::eof()) {
      return fail(FaultKind::precondition, "a TLS file is missing, unreadable or empty", path);
    }
  }
  return {};
}

Certificates watch(const TlsFiles& files, std::chrono::seconds refresh) {
  return std::make_shared<tls::FileWatcherCertificateProvider>(
      files.private_key, files.certificate_chain, files.roots,
      static_cast<unsigned>(refresh.count()));
}

std::shared_ptr<grpc::ServerCredentials> server_credentials(const Certificates& certificates) {
  tls::TlsServerCredentialsOptions options(certificates);
  options.watch_root_certs();
  options.watch_identity_key_cert_pairs();
  options.set_cert_request_type(GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
  return tls::TlsServerCredentials(options);
}

std::shared_ptr<grpc::ChannelCredentials> channel_credentials(const Certificates& certificates,
                                                              const std::string& identity) {
  tls::TlsChannelCredentialsOptions options;
  options.set_certificate_provider(certificates);
  options.watch_root_certs();
  options.watch_identity_key_cert_pairs();
  options.set_verify_server_certs(true);
  options.set_check_call_host(false);
  options.set_certificate_verifier(
      tls::ExternalCertificateVerifier::Create<PinnedIdentity>(identity));
  return tls::TlsCredentials(options);
}

}  // namespace relais::transport

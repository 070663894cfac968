// SPDX-License-Identifier: Apache-2.0
#include "node/transport/credentials.h"

#include <grpcpp/security/tls_certificate_verifier.h>
#include <grpcpp/security/tls_credentials_options.h>

#include <algorithm>
#include <fstream>

#include "node/ledger/crypto.h"

namespace relais::transport {
namespace {

namespace tls = grpc::experimental;

class PinnedIdentity final : public tls::ExternalCertificateVerifier {
 public:
  explicit PinnedIdentity(PeerAddress peer) : peer_(std::move(peer)) {}

  bool Verify(tls::TlsCustomVerificationCheckRequest* request,
              std::function<void(grpc::Status)> /*callback*/, grpc::Status* verdict) override {
    const auto names = request->uri_names();
    const auto certificate = request->peer_cert();
    const bool is_peer = names.size() == 1 &&
                         std::string_view(names[0].data(), names[0].size()) == peer_.tls_identity &&
                         is_listed(peer_, {certificate.data(), certificate.size()});
    *verdict = is_peer ? grpc::Status::OK
                       : grpc::Status(grpc::StatusCode::UNAUTHENTICATED, "not the pinned peer");
    return true;  // decided here, the callback is not used
  }
  void Cancel(tls::TlsCustomVerificationCheckRequest* /*request*/) override {}

 private:
  const PeerAddress peer_;
};

}  // namespace

bool is_listed(const PeerAddress& peer, std::string_view certificate) {
  if (!peer.tls_keys) return true;
  const auto key = ledger::certificate_key(certificate);
  if (!key) return false;
  const std::string text = to_hex(view(*key));
  return std::find(peer.tls_keys->begin(), peer.tls_keys->end(), text) != peer.tls_keys->end();
}

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
                                                              const PeerAddress& peer) {
  tls::TlsChannelCredentialsOptions options;
  options.set_certificate_provider(certificates);
  options.watch_root_certs();
  options.watch_identity_key_cert_pairs();
  options.set_verify_server_certs(true);
  options.set_check_call_host(false);
  options.set_certificate_verifier(tls::ExternalCertificateVerifier::Create<PinnedIdentity>(peer));
  return tls::TlsCredentials(options);
}

}  // namespace relais::transport

//! No public type prints a secret: each that may hold one, by its members, is printed here with secrets in it, or says why it has none.

use std::collections::BTreeSet;
use std::time::SystemTime;

use std::time::Duration;

use bytes::Bytes;
use tableau_client::diagnosis::DecodedJwt;
use tableau_client::wire::codec::Root;
use tableau_client::wire::codec::multipart::{self, Event, Part, PartHead, Reader};
use tableau_client::wire::endpoint::Arguments;
use tableau_client::wire::resource::{
    ConnectionPatch, ConnectionsPatch, ContentKind, UpdateConnection, UpdateConnections,
};
use tableau_client::wire::rest::auth::{self, SignIn, SignedIn};
use tableau_client::wire::rest::connected_apps::{ConnectedApplicationSecret, CreateSecret, GetSecret};
use tableau_client::wire::rest::file_uploads::AppendToFileUpload;
use tableau_client::wire::rest::oidc::{NewOidcConfiguration, OidcConfiguration};
use tableau_client::wire::rest::publishing::{
    ConnectionCredentials, NewConnection, NewDatasource, NewFlow, NewWorkbook,
};
use tableau_client::wire::rest::users::UserPatch;
use tableau_client::wire::rest::workbooks::Publish;
use tableau_client::wire::rest::{ConnectedApplication, external_authorization_servers};
use tableau_client::wire::value::SiteRole;
use tableau_client::wire::{
    Body, Create, Document, FilePart, Get, Incoming, List, Multipart, Page, Pagination, Reply, Update,
    decode_reply, decode_request, endpoints,
};
use tableau_client::{
    Client, ClientBuilder, ConnectedApp, Credentials, Error, FileStore, Format, HttpTransport, Jwt,
    MemoryStore, PersonalAccessToken, PersonalAccessTokenPool, RedisStore, RequestBody, ResponseBody, Secret,
    ServerAddress, Session, SessionKey, SessionStore, Site, Source, TransportError, UnifiedAccessToken,
    Untyped, UserEntry, UserPassword, Workbook,
};
use tableau_sandbox::{Fault, ReadyAccount, Sandbox, well_known};

use crate::secrets::free::FREE;
use crate::secrets::shown::Shown;
use crate::secrets::sources::Types;
use crate::secrets::tsm;

/// The secret that is put in every place for one.
const SECRET: &str = "s3cret4qnj3Hwbp4qnj3Hwbp4qnj3Hwb";
const PRIVATE_KEY: &str = include_str!("../../keys/test-only.pem");

fn credentials() -> [Credentials; 7] {
    [
        PersonalAccessToken::new("ci", SECRET).into(),
        UserPassword::new("admin", SECRET).into(),
        Jwt::new(SECRET).into(),
        Jwt::provider(|| async { Ok::<_, std::io::Error>(Secret::new(SECRET)) }).into(),
        Credentials::provider("ci", || async { Ok::<_, std::io::Error>(Jwt::new(SECRET)) }),
        ConnectedApp::new("client", "kid", SECRET, "admin").into(),
        UnifiedAccessToken::new("https://issuer.example", "tenant", PRIVATE_KEY, "admin").into(),
    ]
}

fn client() -> ClientBuilder {
    Client::builder("http://127.0.0.1:1").proxy(format!("http://user:{SECRET}@127.0.0.1:1"))
}

/// The types of the client: the values and errors of a program.
async fn show_client(shown: &mut Shown) {
    shown.show(&PersonalAccessToken::new("ci", SECRET));
    shown.show(&PersonalAccessTokenPool::new([PersonalAccessToken::new(
        "ci", SECRET,
    )]));
    shown.show(&UserPassword::new("admin", SECRET));
    shown.show(&Jwt::new(SECRET));
    shown.show(&Jwt::provider(|| async {
        Ok::<_, std::io::Error>(Secret::new(SECRET))
    }));
    shown.show(&ConnectedApp::new("client", "kid", SECRET, "admin"));
    for key in [PRIVATE_KEY, SECRET] {
        let token = UnifiedAccessToken::new("https://issuer.example", "tenant", key, "admin");
        shown.show(&token);
        if let Err(error) = token.mint(SystemTime::now()) {
            shown.error(&error);
        }
    }
    for credentials in credentials() {
        shown.show(&credentials);
        shown.text.push_str(&credentials.to_string());
    }

    let token = format!("pi9TCS-4Ti-_xD0dN-H8ww|{SECRET}|site");
    let session = Session::new(token, "site", "", "user");
    shown.show(&client());
    let client = client().build().unwrap();
    shown.show(&client);
    shown.show(&client.proxy().unwrap());
    show_jwt(shown);
    let site = client.resume(session.clone());
    shown.show(&session);
    shown.show(&site);
    shown.show(&site.workbooks());
    shown.show(&site.workbooks().list());
    shown.show(&site.workbooks().list().all());
    shown.show(&Source::reader(SECRET.as_bytes()));
    shown.show(&site.upload(Source::reader(SECRET.as_bytes())));
    show_files(shown, &site);
    for credentials in credentials() {
        let sign_in = auth::Credentials::jwt(Secret::new(SECRET), None, "");
        shown.show(&site.call(SignIn::new(sign_in)));
        shown.error(&client.sign_in(credentials).await.unwrap_err());
    }
    shown.error(&site.workbooks().list().await.unwrap_err());
    let with_password: Result<ServerAddress, Error> = format!("https://user:{SECRET}@my-server").parse();
    match with_password {
        Ok(address) => shown.show(&address),
        Err(error) => shown.error(&error),
    }
    let address: ServerAddress = "my-server".parse().unwrap();
    shown.show(&address);
    shown.show(&HttpTransport::for_server(&address).unwrap());
    shown.show(&RequestBody::from(Bytes::from(SECRET)));
    shown.show(&ResponseBody::from(Bytes::from(SECRET)));
    let (store, key) = (MemoryStore::new(), SessionKey::of(&[SECRET]));
    let mut lease = store.try_lease(&key, Duration::MAX).await.unwrap().unwrap();
    lease.save(&Secret::new(SECRET), Duration::MAX).await.unwrap();
    shown.show(&store);
    let directory = tempfile::tempdir().unwrap();
    let key: &[u8; 32] = SECRET.as_bytes().first_chunk().unwrap();
    shown.show(
        &FileStore::at(directory.path().join("sessions"))
            .unwrap()
            .encrypted_with(key),
    );
    shown.show(&RedisStore::new(format!("rediss://{SECRET}:{SECRET}@127.0.0.1:1")).unwrap());
    shown.error(&RedisStore::new(format!("rediss://user:{SECRET}@[bad")).unwrap_err());
    shown.error(&TransportError::not_sent("no connection").caused_by(std::io::Error::other("refused")));
    let bad_proxy = Client::builder("https://my-server").proxy(format!("http://user:{SECRET}@[bad"));
    shown.error(&bad_proxy.build().unwrap_err());
}

/// Files in transfer, whose bytes are secret.
fn show_files(shown: &mut Shown, site: &Site) {
    let credentials = ConnectionCredentials {
        password: Some(Secret::new(SECRET)),
        ..ConnectionCredentials::default()
    };
    let publish = || {
        let publish = site.workbooks().publish(Source::bytes(SECRET), "p");
        publish.name("Sales").credentials(credentials.clone())
    };
    shown.show(&publish());
    shown.show(&publish().as_job());
    shown.show(&site.workbooks().download("w"));
    shown.show(&site.workbooks().permissions("w"));
    let kind = ContentKind::Workbooks;
    shown.show(&site.projects().default_permissions("p", kind));
    shown.show(&site.workbooks().tags("w"));
    shown.show(&site.favorites());
    shown.show(&site.tags());
    shown.show(&site.data_service());
    shown.show(&site.pulse());
    shown.show(&site.quality_warnings());
    shown.show(&site.workbooks().quality_warnings("w"));
    shown.show(&site.workbooks().refresh("w").or_queued());
    shown.show(
        &site
            .datasources()
            .update_rows("d")
            .from_file(Source::bytes(SECRET)),
    );
    shown.show(&site.virtual_connections().definition("v"));
    shown.show(&site.virtual_connections().publish(Source::bytes(SECRET), "p"));
    shown.show(&credentials);
    let connection = NewConnection {
        connection_credentials: Some(credentials),
        ..NewConnection::default()
    };
    shown.show(&connection);
    let mut workbook = NewWorkbook::default();
    workbook
        .connections
        .get_or_insert_default()
        .push(connection.clone());
    shown.show(&workbook);
    let mut datasource = NewDatasource::default();
    datasource
        .connections
        .get_or_insert_default()
        .push(connection.clone());
    shown.show(&datasource);
    let mut flow = NewFlow::default();
    flow.connections.get_or_insert_default().push(connection);
    shown.show(&flow);
    let patch = ConnectionPatch::new().with(|patch| patch.password = Some(Secret::new(SECRET)));
    shown.show(&patch);
    let patches = ConnectionsPatch::new(["c"].into_iter().collect(), patch.clone());
    shown.show(&patches);
    shown.show(&UpdateConnection::<Workbook>::new("w", "c", patch));
    shown.show(&UpdateConnections::<Workbook>::new("w", patches));
    let mut publish = Publish::default();
    publish.body.document = workbook;
    shown.show(&publish);
    shown.show(&tableau_sandbox::ResponseBody::from(Bytes::from(SECRET)));
}

/// A JWT that is taken apart, of which the signature is the secret.
fn show_jwt(shown: &mut Shown) {
    let app = ConnectedApp::new("client", "kid", SECRET, "admin");
    let jwt = app.mint(SystemTime::now()).unwrap();
    let signature = jwt.expose().rsplit('.').next().unwrap().to_owned();
    let decoded = DecodedJwt::decode(&jwt).unwrap();
    shown.show(&decoded);
    for rule in decoded.check(SystemTime::now()) {
        shown.show(&rule);
    }
    assert!(!shown.text.contains(&signature));
}

/// The types of messages, as they are written and as they are read.
fn show_wire(shown: &mut Shown) {
    let secret = || Some(Secret::new(SECRET));
    let credentials = auth::Credentials {
        password: secret(),
        personal_access_token_secret: secret(),
        jwt: secret(),
        ..auth::Credentials::default()
    };
    shown.show(&Secret::new(SECRET));
    shown.show(&credentials.write(Format::Xml).unwrap());
    let sign_in = endpoints();
    let sign_in = *sign_in
        .clone()
        .find(|entry| entry.operation.name == "signIn")
        .unwrap();
    shown.show(&Untyped {
        entry: sign_in,
        arguments: Arguments::default(),
        body: Incoming::document(credentials.encode(Root::Request, Format::Json).unwrap()),
        file: SECRET.into(),
    });
    let signed_in = format!(
        r#"{{"credentials":{{"token":"{SECRET}","site":{{"id":"s","contentUrl":""}},"user":{{"id":"u"}}}}}}"#
    );
    let reply = sign_in.decode_reply(http::StatusCode::OK, signed_in.as_bytes());
    shown.show(&reply.unwrap());
    let list = endpoints().find(|entry| entry.operation.full_name() == "workbooks.list");
    let page = format!(
        r#"{{"pagination":{{}},"workbooks":{{"workbook":[{{"id":"w","description":"{SECRET}"}}]}}}}"#
    );
    let page = list.unwrap().decode_reply(http::StatusCode::OK, page.as_bytes());
    if let Reply::Page { items, .. } = page.unwrap() {
        items.iter().for_each(|item| shown.show(item));
    }
    shown.show(&SignIn::new(credentials.clone()));
    shown.show(&credentials);
    shown.show(&SignedIn {
        token: Secret::new(SECRET),
        estimated_time_to_expiration: None,
        site: auth::SiteId::default(),
        user: auth::UserId::default(),
    });
    let mut app_secret = ConnectedApplicationSecret::default();
    app_secret.value = secret();
    let mut app = ConnectedApplication::default();
    app.secrets = vec![app_secret.clone()];
    shown.show(&app_secret);
    shown.show(&app);
    shown.show(&Page::new(
        vec![app],
        Pagination {
            page_number: 1,
            page_size: 100,
            total_available: 1,
        },
    ));
    let patch = UserPatch::new().with(|patch| patch.password = secret());
    shown.show(&patch);
    let configuration = NewOidcConfiguration::new("idp", "tabctl", SECRET, "a", "t", "u", "k");
    shown.show(&configuration);
    let mut shown_configuration = OidcConfiguration::default();
    shown_configuration.client_secret = secret();
    shown.show(&shown_configuration);
    let user = UserEntry::new("ada", SiteRole::Viewer).with(|user| user.password = secret());
    shown.show(&user);
    shown.show(&CreateSecret::new("app"));
    shown.show(&GetSecret::new("app", "key"));
    shown.show(&external_authorization_servers::ExternalAuthorizationServer::default());
    shown.show(&external_authorization_servers::NewExternalAuthorizationServer::default());
    shown.show(&Create::<ConnectedApplication>::new(Default::default()));
    shown.show(&Update::<ConnectedApplication>::new("app", Default::default()));
    shown.show(&List::<Workbook>::new());
    shown.show(&Get::<Workbook>::new("workbook"));

    let chunk = Multipart {
        document: (),
        file: Some(FilePart::new("file")),
    };
    let part = Part {
        head: PartHead {
            name: "tableau_file".to_owned(),
            file_name: None,
            media_type: None,
        },
        content: SECRET.into(),
    };
    let mut reader = Reader::new(Some("multipart/mixed; boundary=b1")).unwrap();
    reader.push(SECRET.as_bytes());
    shown.show(&reader);
    shown.show(&Event::Data(SECRET.into()));
    shown.show(&multipart::encode(std::slice::from_ref(&part)).unwrap());
    shown.show(&part);
    shown.show(&AppendToFileUpload::new("1:0-1:0", chunk.clone()));
    shown.show(&chunk.write(Format::Xml).unwrap());
    shown.show(&Incoming::document(SECRET));
    shown.show(&chunk);
}

/// Credentials that are taken from one site to another.
fn show_keychains(shown: &mut Shown) {
    use tableau_client::wire::Text;
    use tableau_client::wire::resource::{AppliedKeychains, ApplyKeychains, EncryptedKeychains, Keychains};
    use tableau_client::wire::rest::users::{SavedKeychains, UploadSavedCredentials};
    let list =
        EncryptedKeychains::new().with(|list| list.encrypted_keychain = vec![Text(Secret::new(SECRET))]);
    let mut keychains = Keychains::default();
    keychains.encrypted_keychain_list = list.clone();
    let applied = AppliedKeychains::new(list.clone());
    let saved = SavedKeychains::new(list.clone());
    shown.show(&list);
    shown.show(&keychains);
    shown.show(&applied);
    shown.show(&saved);
    shown.show(&ApplyKeychains::<Workbook>::new("w", applied));
    shown.show(&UploadSavedCredentials::new("u", saved));
}

/// Services and identity providers, with the passwords by which they are reached.
fn show_services(shown: &mut Shown) {
    use tableau_client::wire::rest::analytics_extensions::{
        AddConnection, AnalyticsConnection, AnalyticsService, ConnectionBrief, UpdateConnection,
    };
    use tableau_client::wire::rest::identity_pools::{
        AuthConfigurationAnswer, AuthConfigurations, CreateAuthConfiguration, NewAuthConfiguration,
        OidcProvider, PoolAuthConfiguration, UpdateAuthConfiguration,
    };
    let secret = || Some(Secret::new(SECRET));
    let brief = ConnectionBrief::new(AnalyticsService::TabPy, "models");
    let connection = AnalyticsConnection::new(brief, "tabpy", 9004).with(|it| it.password = secret());
    let provider = OidcProvider::new("client", "https://idp").with(|it| it.client_secret = secret());
    let new = NewAuthConfiguration::new("OIDC", provider.clone());
    let mut configuration = PoolAuthConfiguration::default();
    configuration.oidc = Some(provider.clone());
    let mut answer = AuthConfigurationAnswer::default();
    answer.auth_configuration = configuration.clone();
    let mut all = AuthConfigurations::default();
    all.instances = vec![configuration.clone()];
    shown.show(&connection);
    shown.show(&AddConnection::new(connection.clone()));
    shown.show(&UpdateConnection::new("c", connection));
    shown.show(&provider);
    shown.show(&new);
    shown.show(&CreateAuthConfiguration::new(new.clone()));
    shown.show(&UpdateAuthConfiguration::new(7, new));
    shown.show(&configuration);
    shown.show(&answer);
    shown.show(&all);
}

/// Queries of data sources, with the password of a connection.
fn show_queries(shown: &mut Shown) {
    use tableau_client::wire::rest::vizql_data_service::{
        ConnectionCredentials, DatasourceQuery, GetDatasourceModel, ListSupportedFunctions, MetadataRequest,
        QueriedDatasource, QueryDatasource, QueryRequest, ReadMetadata,
    };
    let connection = ConnectionCredentials::new("dbo", Secret::new(SECRET));
    let mut datasource = QueriedDatasource::new("d1");
    datasource.connections = Some(vec![connection.clone()]);
    let metadata = MetadataRequest::new(datasource.clone());
    let query = QueryRequest::new(datasource.clone(), DatasourceQuery::new());
    shown.show(&connection);
    shown.show(&datasource);
    shown.show(&metadata);
    shown.show(&query);
    shown.show(&ReadMetadata::new(metadata.clone()));
    shown.show(&ListSupportedFunctions::new(metadata.clone()));
    shown.show(&GetDatasourceModel::new(metadata));
    shown.show(&QueryDatasource::new(query));
}

/// Messages with a secret in the wrong place: the decoding errors do not repeat it.
fn show_errors_of_wire(shown: &mut Shown) {
    let password = Secret::new(format!("{SECRET}\u{1}"));
    let unwritable = auth::Credentials::user_and_password("admin", password, "").write(Format::Xml);
    shown.error(&unwritable.unwrap_err());
    let bodies = [
        format!("{{\"credentials\":\"{SECRET}\"}}"),
        format!("{{\"credentials\":{{\"token\":\"{SECRET}\",\"site\":\"{SECRET}\"}}}}"),
        format!("{{\"credentials\":{{\"token\":[\"{SECRET}\"],\"jwt\":{{\"{SECRET}\":1}}}}}}"),
        format!("<tsRequest><credentials isUat=\"perhaps\" token=\"{SECRET}\"/></tsRequest>"),
        format!("<tsRequest><credentials token=\"{SECRET}\""),
    ];
    for body in bodies {
        let format = Format::sniff(body.as_bytes()).unwrap();
        for error in [
            auth::Credentials::decode(body.as_bytes(), format).err(),
            SignedIn::decode(body.as_bytes(), format).err(),
        ] {
            shown.text.push_str(&format!("{error:?}\n"));
            if let Some(error) = error {
                shown.error(&error);
            }
        }
        if let Err(error) = <auth::Credentials as Body>::read(&Incoming::document(body.clone())) {
            shown.error(&error);
        }
        let request = decode_request::<SignIn>(&Arguments::default(), &Incoming::document(body.clone()));
        if let Err(error) = request {
            shown.error(&error);
        }
        if let Err(error) = decode_reply::<SignIn>(http::StatusCode::OK, body.as_bytes()) {
            shown.error(&error);
        }
    }
}

fn show_sandbox(shown: &mut Shown) {
    shown.show(&Sandbox::builder());
    let sandbox = Sandbox::start().unwrap();
    let (service, ready) = (sandbox.service(), sandbox.ready());
    shown.show(&sandbox);
    shown.show(&service);
    shown.show(service.controls());
    shown.show(ready.users.first().unwrap());
    shown.show(ready.personal_access_tokens.first().unwrap());
    shown.show(ready.connected_apps.first().unwrap());
    shown.show(&ready);
    shown.show(&ReadyAccount {
        name: "tsmadmin".to_owned(),
        password: Secret::new(SECRET),
    });
    shown.show(&Fault::new(500, "500000"));
    let refused = service
        .controls()
        .unified_access_token_issuer("issuer", "tenant", SECRET);
    shown.error(&refused.unwrap_err());
}

/// The types that may hold a secret: each public one is printed above. Returns them, for the crates that use this one.
fn check(
    package: &str,
    of_wire: &BTreeSet<String>,
    shown: &Shown,
    wrong: &mut Vec<String>,
) -> BTreeSet<String> {
    let types = Types::of(package);
    let free = FREE.iter().filter(|(of, ..)| *of == package);
    let free: BTreeSet<&str> = free.flat_map(|(_, names, _)| names.iter().copied()).collect();
    let (all, holders) = (
        types.holders(of_wire, &BTreeSet::new()),
        types.holders(of_wire, &free),
    );
    for (name, found) in types
        .0
        .iter()
        .filter(|(name, found)| found.public && holders.contains(*name))
    {
        if !shown.names.contains(&(package.to_owned(), name.clone())) {
            wrong.push(format!(
                "{name} ({}) may hold a secret, and is not printed with one in it",
                found.file
            ));
        }
    }
    let unused = free.iter().filter(|name| !all.contains(**name));
    wrong.extend(unused.map(|name| format!("{name} needs no reason: it cannot hold a secret")));
    holders
}

#[tokio::test]
async fn no_public_type_prints_a_secret() {
    let mut shown = Shown::default();
    show_client(&mut shown).await;
    show_wire(&mut shown);
    show_keychains(&mut shown);
    show_services(&mut shown);
    show_queries(&mut shown);
    show_errors_of_wire(&mut shown);
    show_sandbox(&mut shown);
    tsm::show(&mut shown, SECRET);
    tsm::show_client(&mut shown, SECRET).await;

    let key = PRIVATE_KEY.lines().nth(1).unwrap();
    for secret in [
        SECRET,
        key,
        well_known::PASSWORD,
        well_known::PAT_SECRET,
        well_known::CONNECTED_APP_SECRET_VALUE,
    ] {
        let found = shown.text.lines().find(|line| line.contains(secret));
        assert!(found.is_none(), "a secret in: {}", found.unwrap_or_default());
    }

    let mut wrong = Vec::new();
    let of_wire = check("tableau-wire", &BTreeSet::new(), &shown, &mut wrong);
    for package in ["tableau-client", "tableau-sandbox"] {
        check(package, &of_wire, &shown, &mut wrong);
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

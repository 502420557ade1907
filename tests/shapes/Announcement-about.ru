# The announcement doesn't say what it announces.
PREFIX announcement: <https://w3id.org/mipex-kg/announcement/>
PREFIX results: <https://w3id.org/mipex-kg/results/>
PREFIX schema: <http://schema.org/>

DELETE DATA {
  announcement:new-results schema:about results:library-index-2014-2020 .
}

{{- define "chat-operator.name" -}}
{{- default .Chart.Name .Values.nameOverride -}}
{{- end -}}

{{- /* The release's name, with the chart's behind it where it is not in it already. */ -}}
{{- define "chat-operator.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride -}}
{{- else if contains (include "chat-operator.name" .) .Release.Name -}}
{{- .Release.Name -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name (include "chat-operator.name" .) | trunc 63 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "chat-operator.selectorLabels" -}}
app.kubernetes.io/name: {{ include "chat-operator.name" . | quote }}
app.kubernetes.io/instance: {{ .Release.Name | quote }}
{{- end -}}

{{- define "chat-operator.ownLabels" -}}
{{ include "chat-operator.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end -}}

{{- define "chat-operator.labels" -}}
{{- merge (include "chat-operator.ownLabels" . | fromYaml) .Values.commonLabels | toYaml -}}
{{- end -}}

{{- define "chat-operator.podLabels" -}}
{{- merge (include "chat-operator.ownLabels" . | fromYaml) .Values.podLabels .Values.commonLabels | toYaml -}}
{{- end -}}

{{- define "chat-operator.monitoringLabels" -}}
{{- merge (include "chat-operator.ownLabels" . | fromYaml) .Values.monitoring.labels .Values.commonLabels | toYaml -}}
{{- end -}}

{{- /* "true" when several operators run, of which one leads. */ -}}
{{- define "chat-operator.elects" -}}
{{- if gt (int .Values.replicas) 1 }}true{{ end -}}
{{- end -}}

{{- define "chat-operator.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "chat-operator.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- if and .Values.rbac.create (has .Values.serviceAccount.name (list "" "default")) -}}
{{- fail "serviceAccount.name: with serviceAccount.create=false, name a service account that no other pod has: it is given the operator's rights" -}}
{{- end -}}
{{- default "default" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{- /* What the operator may do in a namespace whose ChatClusters it serves. */ -}}
{{- define "chat-operator.rules" -}}
- apiGroups: [chatcluster.dev]
  resources: [chatclusters]
  # patch is for the finalizer of deletionPolicy Delete.
  verbs: [get, list, watch, patch]
- apiGroups: [chatcluster.dev]
  resources: [chatclusters/status]
  verbs: [update]
- apiGroups: [chatcluster.dev]
  # Needed where owner references are checked for the right to block the owner's deletion, as on OpenShift.
  resources: [chatclusters/finalizers]
  verbs: [update]
- apiGroups: [apps]
  resources: [deployments]
  # delete is for partitions that own nothing any more.
  verbs: [get, list, watch, create, update, delete]
- apiGroups: [""]
  resources: [services]
  verbs: [get, list, watch, create, update, delete]
- apiGroups: [policy]
  resources: [poddisruptionbudgets]
  verbs: [get, list, watch, create, update]
- apiGroups: [networking.k8s.io]
  resources: [ingresses]
  verbs: [get, list, watch, create, update, delete]
- apiGroups: [gateway.networking.k8s.io]
  # Asked for only with spec.listener.httpRoute.
  resources: [httproutes]
  verbs: [get, list, create, update, delete]
- apiGroups: [""]
  # Why a pod does not come up, for the status.
  resources: [pods]
  verbs: [list, watch]
- apiGroups: [""]
  resources: [events]
  verbs: [get, create, patch]
- apiGroups: [""]
  # Those that ChatClusters name for TLS and credentials of Kafka; neither listed nor watched.
  resources: [secrets]
  {{- with .Values.rbac.secretNames }}
  resourceNames: {{ toJson . }}
  {{- end }}
  verbs: [get]
{{- end -}}

{{- /* What it may do in its own namespace when several run. */ -}}
{{- define "chat-operator.leaderRules" -}}
- apiGroups: [coordination.k8s.io]
  resources: [leases]
  resourceNames: [{{ include "chat-operator.fullname" . | quote }}]
  verbs: [get, update]
- apiGroups: [coordination.k8s.io]
  # Kubernetes cannot limit this one by name.
  resources: [leases]
  verbs: [create]
{{- end -}}

{{- /* The path of each field that a schema has, a line each. */ -}}
{{- define "chat-operator.fields" -}}
{{- range $name, $field := .schema.properties }}
{{ $.path }}{{ $name }}
{{- include "chat-operator.fields" (dict "path" (printf "%s%s." $.path $name) "schema" $field) }}
{{- end }}
{{- with .schema.items }}
{{- include "chat-operator.fields" (dict "path" $.path "schema" .) }}
{{- end }}
{{- end -}}
